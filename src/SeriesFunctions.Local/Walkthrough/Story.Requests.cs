using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>What the story's steps are made of: the time, uploads and ranges.</summary>
public sealed partial class Story
{
    private DateTimeOffset End => DateTimeOffset.Parse(_discountEnd, CultureInfo.InvariantCulture);

    private async Task<DateTimeOffset> NowAsync() => stage.Clock is { } clock ? await clock.NowAsync() : TimeProvider.System.GetUtcNow();

    private async Task<string> PutAsync(JsonNode upload, FileInfo file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload["url"]!.ToString()) { Content = new ProgressContent(file, Progress) };
        foreach (var (name, value) in upload["headers"]!.AsObject())
        {
            if (!request.Headers.TryAddWithoutValidation(name, value!.ToString()))
                request.Content.Headers.TryAddWithoutValidation(name, value.ToString());
        }
        using var response = await http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.Created
            ? string.Create(CultureInfo.InvariantCulture, $"201, {file.Length:N0} bytes")
            : throw new StepFailedException($"expected 201, got {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Only for large files, and only where somebody watches: a small one is there at once.</summary>
    private void Progress(string how)
    {
        if (!Console.IsOutputRedirected)
            output.Write($"\r      uploading {how}\r");
    }

    private async Task<string> RangeAsync(long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _playbackUrl);
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode == HttpStatusCode.PartialContent && bytes.Length == to - from + 1
            ? response.Content.Headers.ContentRange!.ToString()
            : throw new StepFailedException($"expected 206 and {to - from + 1} bytes, got {(int)response.StatusCode} and {bytes.Length}");
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
