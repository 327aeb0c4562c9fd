using System.Globalization;
using Bench;

// The figures beside their floors, in one table. --seconds N a measurement (8), --many N series for the second round (100,000; 0 leaves it out), --soak N seconds for memory (60).
var seconds = 8;
var many = 100_000;
var soak = 60;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var number = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
    _ = args[i] switch
    {
        "--seconds" => seconds = number,
        "--many" => many = number,
        "--soak" => soak = number,
        _ => throw new ArgumentException($"{args[i]} is not an argument; there are --seconds N, --many N and --soak N."),
    };
}
if (!Wrk.IsThere())
{
    Console.Error.WriteLine("The load generator wrk is missing. On Debian: apt-get install wrk.");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("series-bench").FullName;
try
{
    var floor = Published.Build("tests/bench/Floor/Floor.csproj", Path.Combine(folder, "floor"));
    var local = Published.Build("src/SeriesFunctions.Local/SeriesFunctions.Local.csproj", Path.Combine(folder, "local"));
    await new Measurements(floor, local, folder, seconds, soak, Console.Out).RunAsync(many);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
