using System.Runtime.CompilerServices;

namespace Media.Tests;

/// <summary>Where the corpus is: beside the sources, wherever the tests are run from.</summary>
public static class Corpus
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../corpus"));

    /// <summary>The committed files, by name.</summary>
    public static string[] Small { get; } = [.. Directory.GetFiles(Path.Combine(Folder, "small")).Order(StringComparer.Ordinal)];

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, "small", name));

    /// <summary>Null for a file that has to be made first.</summary>
    public static string? Find(string name) =>
        Path.Combine(Folder, "small", name) is var small && File.Exists(small) ? small
        : Path.Combine(Folder, "made", name) is var made && File.Exists(made) ? made
        : null;

    private static string Here([CallerFilePath] string path = "") => path;
}
