namespace SeriesFunctions.Core.Media;

/// <summary>A file that is read in parts: a blob, a file on disk, bytes in memory. The checks below read nothing in any other way.</summary>
public interface IRangeSource
{
    /// <summary>Size in bytes, as the store that holds it says.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on and gives the number of bytes read; fewer than asked for only at the end.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
