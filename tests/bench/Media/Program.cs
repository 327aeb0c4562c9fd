// Measures the media check beside other readers and writes the tables into docs/media.md:
//   tests/corpus/make && dotnet run -c Release --project tests/bench/Media
using Media.Bench;
using Media.Tests;

const string Start = "<!-- measured by tests/bench/Media: do not edit -->", End = "<!-- end of what is measured -->";
foreach (var program in (string[])["ffprobe", "mediainfo"])
{
    try
    {
        await Readers.RunAsync(program, program == "ffprobe" ? "-version" : "--Version");
    }
    catch (System.ComponentModel.Win32Exception)
    {
        Console.Error.WriteLine($"{program} is not installed; on Debian: apt-get install ffmpeg mediainfo");
        return 1;
    }
}

var versions = $"{(await Readers.RunAsync("ffprobe", "-version")).Output.Split(' ')[2]}, MediaInfo {(await Readers.RunAsync("mediainfo", "--Version")).Output.Split('v')[^1].Trim()}";
var measured = $"""
    Measured with ffprobe {versions} and MetadataExtractor 2.4.3, on {Environment.ProcessorCount} processors.

    ### Who is right

    {await Tables.CorrectnessAsync()}
    ### Requests and bytes

    {await Tables.BytesAsync()}
    ### Speed

    {await Tables.SpeedAsync()}
    """;
Console.WriteLine(measured);

var page = Path.Combine(Corpus.Folder, "../../docs/media.md");
if (File.Exists(page))
{
    var text = await File.ReadAllTextAsync(page);
    var (from, to) = (text.IndexOf(Start, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
    if (from >= 0 && to > from)
        await File.WriteAllTextAsync(page, $"{text[..(from + Start.Length)]}\n\n{measured.ReplaceLineEndings("\n")}\n{text[to..]}");
}
return 0;
