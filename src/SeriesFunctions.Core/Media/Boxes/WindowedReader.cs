using System.Buffers;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>
/// Shows a file through one window that moves as needed, of 64 KB for all but a rare search, under a budget. Whoever parses asks for the bytes first
/// (<see cref="HasAsync"/>) and then looks at them (<see cref="Span"/>); how many requests that took is decided here and nowhere else.
/// </summary>
internal sealed class WindowedReader(IRangeSource source) : IDisposable
{
    /// <summary>For the head of the file and wherever the movie header starts: a movie header of half an hour at a steady frame rate fits.</summary>
    public const int Large = 64 * 1024;

    /// <summary>For the last fragment in front of an index.</summary>
    public const int Medium = 32 * 1024;

    /// <summary>For the next track of a long movie header: everything up to its sample description fits.</summary>
    public const int Small = 16 * 1024;

    /// <summary>For one fragment's header among many.</summary>
    public const int Tiny = 8 * 1024;

    /// <summary>For searching backwards through media for the last fragment of a file that has no index.</summary>
    public const int Huge = 512 * 1024;

    /// <summary>What one check may ask of the store at most, whatever the file says. Ordinary files need 1 to 4 requests.</summary>
    public const int MaxRequests = 512;

    /// <summary>What one check may read at most, in bytes.</summary>
    public const long MaxBytes = 16L << 20;

    /// <summary>
    /// How often one check may ask for bytes, visible already or not: about once a box. Bounds the time of a file that is millions of the smallest boxes; ordinary files
    /// need some hundreds.
    /// </summary>
    public const int MaxLooks = 16_384;

    private int _looks;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Large);
    private long _start;
    private int _count;

    public long Length { get; } = source.Length;

    public int Requests { get; private set; }

    public long BytesRead { get; private set; }

    /// <summary>True once a read was refused because the budget was used up.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>True once the store gave fewer bytes than its own length promised.</summary>
    public bool EndedEarly { get; private set; }

    /// <summary>
    /// Makes the <paramref name="count"/> bytes at <paramref name="offset"/> visible, reading <paramref name="window"/> bytes from there if they
    /// are not yet. False when the file ends before, the budget is used up, or more is asked for than a window holds.
    /// </summary>
    public ValueTask<bool> HasAsync(long offset, int count, int window, CancellationToken cancellationToken)
    {
        if (++_looks > MaxLooks)
        {
            IsExhausted = true;
            return ValueTask.FromResult(false);
        }
        return Has(offset, count)
            ? ValueTask.FromResult(true)
            : offset < 0 || count > Huge || offset > Length - count
                ? ValueTask.FromResult(false)
                : LoadAsync(offset, count, Math.Max(count, window), cancellationToken);
    }

    /// <summary>Whether the bytes are visible already; never reads.</summary>
    public bool Has(long offset, int count) => offset >= _start && offset - _start <= _count - count;

    public ReadOnlySpan<byte> Span(long offset, int count) => _buffer.AsSpan((int)(offset - _start), count);

    /// <summary>What is visible from <paramref name="offset"/> on, at most <paramref name="count"/> bytes; never reads.</summary>
    public ReadOnlySpan<byte> Visible(long offset, long count) =>
        Has(offset, 0) ? Span(offset, (int)Math.Min(count, _start + _count - offset)) : [];

    /// <summary>Gives the window back. Nothing may be read afterwards.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _count = 0;
    }

    private async ValueTask<bool> LoadAsync(long offset, int count, int window, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(Math.Min(window, Huge), Length - offset);
        if (Requests >= MaxRequests || BytesRead + wanted > MaxBytes)
        {
            IsExhausted = true;
            return false;
        }
        Requests++;
        BytesRead += wanted;
        if (wanted > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }
        _start = offset;
        _count = Math.Clamp(await source.ReadAsync(offset, _buffer.AsMemory(0, wanted), cancellationToken), 0, wanted);
        EndedEarly |= _count < wanted;
        return _count >= count;
    }
}
