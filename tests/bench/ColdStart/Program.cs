using System.Globalization;
using ColdStart;

// From the start of a process to its first answer, with the code compiled ahead and not, and with the runtime's settings that change how it starts.
// --runs N of each (15); --published FOLDER keeps what was published there, and takes it when it is there already. `serve` is what is measured: the same program, started by itself.
if (args is ["serve"])
{
    await Serving.RunAsync();
    return 0;
}
var runs = 15;
string? published = null;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--runs": runs = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
        case "--published": published = args[i + 1]; break;
        default: throw new ArgumentException($"{args[i]} is not an argument; there are --runs N and --published FOLDER.");
    }
}
var folder = published ?? Directory.CreateTempSubdirectory("series-cold-").FullName;
try
{
    await new Starts(folder, runs, Console.Out).RunAsync();
    return 0;
}
finally
{
    if (published is null)
        Directory.Delete(folder, recursive: true);
}
