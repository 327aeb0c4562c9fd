using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeriesFunctions.Core.Media.Hashing;

/// <summary>
/// SHA-256 (FIPS 180-4) whose state can be written down and gone on with in another process; the runtime's own can't, see docs/adr/0018. The result is the
/// same as that of any other SHA-256.
/// </summary>
public sealed class Sha256State
{
    private const int BlockBytes = 64;
    private const int StateBytes = 32;

    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private readonly uint[] _state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>The bytes behind the last whole block; the first <see cref="Pending"/> of them count.</summary>
    private readonly byte[] _tail = new byte[BlockBytes];

    /// <summary>How many bytes were appended.</summary>
    public long Length { get; private set; }

    private int Pending => (int)(Length % BlockBytes);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Pending is > 0 and var pending)
        {
            var fill = Math.Min(BlockBytes - pending, bytes.Length);
            bytes[..fill].CopyTo(_tail.AsSpan(pending));
            Length += fill;
            bytes = bytes[fill..];
            if (Pending == 0)
                Compress(_tail);
        }
        if (bytes.IsEmpty)
            return;
        var whole = bytes.Length - bytes.Length % BlockBytes;
        Compress(bytes[..whole]);
        bytes[whole..].CopyTo(_tail);
        Length += bytes.Length;
    }

    /// <summary>The hash of all that was appended, 64 lower-case hexadecimal digits. More can be appended afterwards.</summary>
    public string Finish()
    {
        var copy = Resume(Export());
        var bits = (ulong)Length * 8;
        Span<byte> padding = stackalloc byte[BlockBytes + 8 + BlockBytes];
        padding.Clear();
        padding[0] = 0x80;
        var zeros = (BlockBytes + BlockBytes - 8 - 1 - Pending) % BlockBytes;
        BinaryPrimitives.WriteUInt64BigEndian(padding[(1 + zeros)..], bits);
        copy.Append(padding[..(1 + zeros + 8)]);
        Span<byte> hash = stackalloc byte[StateBytes];
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * 4)..], copy._state[i]);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The state as text: base64 of the eight words, the length and the bytes that don't fill a block yet; at most 140 characters.</summary>
    public string Export()
    {
        Span<byte> bytes = stackalloc byte[StateBytes + 8 + BlockBytes];
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * 4)..], _state[i]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[StateBytes..], Length);
        _tail.AsSpan(0, Pending).CopyTo(bytes[(StateBytes + 8)..]);
        return Convert.ToBase64String(bytes[..(StateBytes + 8 + Pending)]);
    }

    /// <summary>Goes on from what <see cref="Export"/> gave. Throws <see cref="FormatException"/> for anything else.</summary>
    public static Sha256State Resume(string exported)
    {
        var bytes = Convert.FromBase64String(exported);
        if (bytes.Length < StateBytes + 8 || BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(StateBytes)) is var length && (length < 0 || bytes.Length != StateBytes + 8 + length % BlockBytes))
            throw new FormatException("This is not the state of a hash.");
        var resumed = new Sha256State { Length = length };
        for (var i = 0; i < 8; i++)
            resumed._state[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i * 4));
        bytes.AsSpan(StateBytes + 8).CopyTo(resumed._tail);
        return resumed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compress(ReadOnlySpan<byte> blocks)
    {
        Span<uint> w = stackalloc uint[64];
        ReadOnlySpan<uint> constants = RoundConstants;
        for (; blocks.Length >= BlockBytes; blocks = blocks[BlockBytes..])
        {
            for (var i = 0; i < 16; i++)
                w[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(i * 4)..]);
            for (var i = 16; i < 64; i++)
            {
                var (w15, w2) = (w[i - 15], w[i - 2]);
                w[i] = w[i - 16] + w[i - 7]
                    + (BitOperations.RotateRight(w15, 7) ^ BitOperations.RotateRight(w15, 18) ^ (w15 >> 3))
                    + (BitOperations.RotateRight(w2, 17) ^ BitOperations.RotateRight(w2, 19) ^ (w2 >> 10));
            }
            var (a, b, c, d) = (_state[0], _state[1], _state[2], _state[3]);
            var (e, f, g, h) = (_state[4], _state[5], _state[6], _state[7]);
            for (var i = 0; i < 64; i++)
            {
                var t1 = h + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
                var t2 = (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }
            _state[0] += a;
            _state[1] += b;
            _state[2] += c;
            _state[3] += d;
            _state[4] += e;
            _state[5] += f;
            _state[6] += g;
            _state[7] += h;
        }
    }
}
