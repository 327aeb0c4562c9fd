namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Bits of a parameter set, without the bytes that keep start codes out of it (0, 0, 3). Past its end it gives zeros and says so.</summary>
internal ref struct ParameterBits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;
    private int _zeros;
    private int _current;
    private int _left;

    public bool IsPastEnd { get; private set; }

    /// <summary>At most 32 bits as an unsigned number.</summary>
    public uint Read(int count)
    {
        uint value = 0;
        for (; count > 0; count--)
            value = value << 1 | Bit();
        return value;
    }

    public void Skip(int count)
    {
        for (; count > 0 && !IsPastEnd; count--)
            Bit();
    }

    /// <summary>An unsigned Exp-Golomb number (H.264, 9.1).</summary>
    public uint Exp()
    {
        var zeros = 0;
        while (Bit() == 0)
        {
            if (++zeros > 31 || IsPastEnd)
            {
                IsPastEnd = true;
                return 0;
            }
        }
        return (1u << zeros) - 1 + Read(zeros);
    }

    /// <summary>A signed Exp-Golomb number.</summary>
    public int SignedExp()
    {
        var value = Exp();
        return (value & 1) == 1 ? (int)((value >> 1) + 1) : -(int)(value >> 1);
    }

    private uint Bit()
    {
        if (_left == 0 && !TryFill())
            return 0;
        _left--;
        return (uint)(_current >> _left & 1);
    }

    private bool TryFill()
    {
        if (_zeros >= 2 && _next < _bytes.Length && _bytes[_next] == 3)
        {
            _next++;
            _zeros = 0;
        }
        if (_next >= _bytes.Length)
        {
            IsPastEnd = true;
            return false;
        }
        _current = _bytes[_next++];
        _zeros = _current == 0 ? _zeros + 1 : 0;
        _left = 8;
        return true;
    }
}
