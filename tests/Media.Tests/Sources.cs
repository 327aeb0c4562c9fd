using Microsoft.Win32.SafeHandles;
using SeriesFunctions.Core.Media;

namespace Media.Tests;

/// <summary>Bytes in memory as a file.</summary>
public sealed class MemorySource(ReadOnlyMemory<byte> bytes) : IRangeSource
{
    public long Length => bytes.Length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offset >= bytes.Length)
            return ValueTask.FromResult(0);
        var count = (int)Math.Min(buffer.Length, bytes.Length - offset);
        bytes.Span.Slice((int)offset, count).CopyTo(buffer.Span);
        return ValueTask.FromResult(count);
    }
}

/// <summary>A file on disk, read where it is asked for.</summary>
public sealed class FileSource(string path) : IRangeSource, IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path);

    public long Length => RandomAccess.GetLength(_file);

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RandomAccess.Read(_file, buffer.Span, offset));

    public void Dispose() => _file.Dispose();
}

/// <summary>Counts what is asked of another source.</summary>
public sealed class CountingSource(IRangeSource inner) : IRangeSource
{
    public long Length => inner.Length;

    public int Requests { get; private set; }

    public long Bytes { get; private set; }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Requests++;
        var count = await inner.ReadAsync(offset, buffer, cancellationToken);
        Bytes += count;
        return count;
    }
}

/// <summary>A file with zeros wherever nothing was put: gigabytes without the disk.</summary>
public sealed class SparseSource(long length, params (long Offset, byte[] Bytes)[] parts) : IRangeSource
{
    public long Length => length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
        var target = buffer.Span[..count];
        target.Clear();
        foreach (var (start, bytes) in parts)
        {
            var from = Math.Max(offset, start);
            var to = Math.Min(offset + count, start + bytes.Length);
            if (from < to)
                bytes.AsSpan((int)(from - start), (int)(to - from)).CopyTo(target[(int)(from - offset)..]);
        }
        return ValueTask.FromResult(count);
    }
}
