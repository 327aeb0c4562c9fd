using System.Globalization;
using System.Net;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>A file on its way up, telling how far it is.</summary>
public sealed class ProgressContent(FileInfo file, Action<string> tell) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var source = file.OpenRead();
        var buffer = new byte[128 * 1024];
        long sent = 0;
        var told = -1L;
        int read;
        while ((read = await source.ReadAsync(buffer)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read));
            sent += read;
            var tenth = sent * 10 / Math.Max(1, file.Length);
            if (tenth == told)
                continue;
            told = tenth;
            tell(string.Create(CultureInfo.InvariantCulture, $"{sent * 100 / Math.Max(1, file.Length),3} % of {file.Length:N0} bytes"));
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Length;
        return true;
    }
}
