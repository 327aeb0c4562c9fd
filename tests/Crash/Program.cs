using System.Globalization;
using Crash;

// Starts the host as a process, loads it, kills it at a random moment, starts it again and compares with what was acknowledged.
// --rounds N (25), --seed N (by chance, printed).
var rounds = 25;
var seed = Environment.TickCount;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var number = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
    _ = args[i] switch
    {
        "--rounds" => rounds = number,
        "--seed" => seed = number,
        _ => throw new ArgumentException($"{args[i]} is not an argument; there are --rounds N and --seed N."),
    };
}
var folder = Directory.CreateTempSubdirectory("series-crash");
try
{
    using var test = new Rounds(folder.FullName, seed, Console.Out);
    return await test.RunAsync(rounds);
}
finally
{
    folder.Delete(recursive: true);
}
