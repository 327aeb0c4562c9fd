using System.Text;
using System.Text.RegularExpressions;

namespace Azure.Tests.App;

/// <summary>A module as one file calls it: a path for a file of ours, <c>br/public:…:version</c> for one of the registry.</summary>
internal sealed record BicepModule(string Symbol, string Source, string Body)
{
    public bool IsOurs => !Source.StartsWith("br/", StringComparison.Ordinal);

    /// <summary>The names that stand directly under <c>params:</c>.</summary>
    public IReadOnlyList<string> Params { get; } = BicepFile.Keys(BicepFile.Block(Body, "params"));
}

/// <summary>
/// As much of a Bicep file as can be read without its compiler, which not every machine can have: declarations, modules and what they are given, references. It finds the misspelt name
/// and the forgotten parameter; types and the registry's modules are the workflow's `az bicep build` to check.
/// </summary>
internal sealed partial class BicepFile
{
    private BicepFile(string path)
    {
        Path = path;
        Text = Functions.File(path);
        Code = Strip(Text);
        Parameters = [.. Declared("param").Select(match => match.Groups[1].Value)];
        Required = [.. Declared("param").Where(match => !match.Groups[2].Value.Contains('=', StringComparison.Ordinal)).Select(match => match.Groups[1].Value)];
        Variables = [.. Declared("var").Select(match => match.Groups[1].Value)];
        Outputs = [.. Declared("output").Select(match => match.Groups[1].Value)];
        Modules = [.. Module().Matches(Text).Select(match => new BicepModule(match.Groups[1].Value, match.Groups[2].Value, Braces(Text, Text.IndexOf('{', match.Index + match.Length))))];
    }

    public static IReadOnlyList<BicepFile> All { get; } =
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Functions.Root, "infra"), "*.bicep", SearchOption.AllDirectories)
            .Select(file => new BicepFile(System.IO.Path.GetRelativePath(Functions.Root, file).Replace('\\', '/'))).OrderBy(file => file.Path, StringComparer.Ordinal)];

    public string Path { get; }

    public string Text { get; }

    /// <summary>Without comments, and of texts only what they insert.</summary>
    public string Code { get; }

    public IReadOnlyList<string> Parameters { get; }

    public IReadOnlyList<string> Required { get; }

    public IReadOnlyList<string> Variables { get; }

    public IReadOnlyList<string> Outputs { get; }

    public IReadOnlyList<BicepModule> Modules { get; }

    public static BicepFile Of(string path) => All.Single(file => file.Path == path);

    /// <summary>The items of a list of texts that a variable holds.</summary>
    public IReadOnlyList<string> List(string variable) =>
        [.. Regex.Matches(Regex.Match(Text, $@"var {variable} = \[(.*?)\]", RegexOptions.Singleline).Groups[1].Value, "'([^']*)'").Select(match => match.Groups[1].Value)];

    public string? Value(string variable) => Regex.Match(Text, $@"^var {variable} = '([^']*)'$", RegexOptions.Multiline) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>What stands between the braces after <c>name:</c>; empty where there is none.</summary>
    public static string Block(string text, string name)
    {
        var at = Regex.Match(text, $@"^\s*{name}: \{{", RegexOptions.Multiline);
        return at.Success ? Braces(text, text.IndexOf('{', at.Index)) : "";
    }

    /// <summary>The names at the top level of a block.</summary>
    public static IReadOnlyList<string> Keys(string block)
    {
        var keys = new List<string>();
        var depth = 0;
        foreach (var line in Strip(block).Split('\n'))
        {
            if (depth == 1 && Key().Match(line) is { Success: true } key)
                keys.Add(key.Groups[1].Value);
            depth += line.Count(c => c is '{' or '[' or '(') - line.Count(c => c is '}' or ']' or ')');
        }
        return keys;
    }

    /// <summary>From an opening brace to its closing one.</summary>
    private static string Braces(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
                return text[open..(i + 1)];
        }
        throw new FormatException("A brace is not closed.");
    }

    private MatchCollection Declared(string kind) => Regex.Matches(Text, $@"^{kind} (\w+)(.*)$", RegexOptions.Multiline);

    /// <summary>Comments and texts go; <c>${…}</c> in a text stays as code.</summary>
    private static string Strip(string text)
    {
        var code = new StringBuilder(text.Length);
        var (inText, inserted) = (false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inText && inserted == 0)
            {
                if (c == '\\')
                    i++;
                else if (c == '\'')
                    inText = false;
                else if (c == '$' && i + 1 < text.Length && text[i + 1] == '{')
                    (inserted, i) = (1, i + 1);
                if (inserted == 1)
                    code.Append(' ');
                continue;
            }
            if (inserted > 0 && c is '{' or '}' && inText)
            {
                inserted += c == '{' ? 1 : -1;
                if (inserted == 0)
                {
                    code.Append(' ');
                    continue;
                }
            }
            if (!inText && c == '/' && i + 1 < text.Length && text[i + 1] == '/')
            {
                while (i < text.Length && text[i] != '\n')
                    i++;
                code.Append('\n');
                continue;
            }
            if (c == '\'' && !inText)
            {
                inText = true;
                continue;
            }
            code.Append(c);
        }
        return inText ? throw new FormatException("A text is not closed.") : code.ToString();
    }

    [GeneratedRegex(@"^module (\w+) '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Module();

    [GeneratedRegex(@"^\s*(\w+):")]
    private static partial Regex Key();
}
