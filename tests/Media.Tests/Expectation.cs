using System.Globalization;

namespace Media.Tests;

/// <summary>One line of <c>tests/corpus/expected.tsv</c>: what the check must say of a file, and what it may cost.</summary>
public sealed record Expectation(
    string File, string Codes, long? DurationMs, string Size, int? Rotation, string Video, string Audio, string Container, int Requests, int KiloBytes)
{
    public static Expectation[] All { get; } =
    [
        .. System.IO.File.ReadLines(Path.Combine(Corpus.Folder, "expected.tsv")).Skip(1).Where(line => line.Length > 0).Select(Parse),
    ];

    public override string ToString() => File;

    private static Expectation Parse(string line)
    {
        var cells = line.Split('\t');
        return new Expectation(cells[0], cells[1], Number(cells[2]), cells[3], (int?)Number(cells[4]), cells[5], cells[6], cells[7],
            int.Parse(cells[8], CultureInfo.InvariantCulture), int.Parse(cells[9], CultureInfo.InvariantCulture));
    }

    private static long? Number(string cell) => cell == "-" ? null : long.Parse(cell, CultureInfo.InvariantCulture);
}
