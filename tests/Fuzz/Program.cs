// Mutated uploads by the hundred thousand: dotnet run -c Release --project tests/Fuzz -- --count 200000 --seed 1
using System.Diagnostics;
using System.Globalization;
using Fuzz;
using Media.Tests;

int Option(string name, int otherwise) =>
    Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

var (count, seed) = (Option("--count", 200_000), Option("--seed", 1));
var corpus = Corpus.Small.Select(File.ReadAllBytes).ToArray();
var mutator = new Mutator(corpus);
// The first inputs would pay for the compiler; they are not part of the count.
for (var i = 0; i < 500; i++)
    Trial.Run(mutator.Next(seed ^ -1, i), out _);

var started = Stopwatch.GetTimestamp();
var (failures, slowest, boxes, largest, requests, bytes) = (0, 0.0, 0.0, 0L, 0, 0L);
for (var i = 0; i < count; i++)
{
    var input = mutator.Next(seed, i);
    if (Trial.Run(input, out var cost) is { } broken)
    {
        failures++;
        var name = $"seed-{seed}-input-{i}.bin";
        File.WriteAllBytes(Path.Combine(Corpus.Folder, "regressions", name), input);
        Console.WriteLine($"FAILED seed {seed} input {i}: {broken}");
        Console.WriteLine($"       kept as tests/corpus/regressions/{name}, which Media.Tests will run");
    }
    (slowest, largest) = (Math.Max(slowest, cost.CpuMs), Math.Max(largest, cost.Memory));
    (requests, bytes) = (Math.Max(requests, cost.Requests), Math.Max(bytes, cost.Bytes));
}
foreach (var name in EmptyBoxes.All)
{
    if (Trial.Run(EmptyBoxes.Of(name), out var cost) is { } broken)
    {
        failures++;
        Console.WriteLine($"FAILED {name}: {broken}");
    }
    boxes = Math.Max(boxes, cost.CpuMs);
}
var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{count:N0} inputs, seed {seed}, {seconds:0} s: {failures} failed; at most {slowest:0.00} ms CPU, {largest / 1024.0:0} KB allocated, {requests} requests, {bytes / 1024.0:0} KB read; a million empty boxes at most {boxes:0.0} ms CPU"));
return failures == 0 ? 0 : 1;
