using System.Globalization;
using Bench;

// The figures beside their floors, in one table. --seconds N a measurement (8), --many N series for the second round (100,000; 0 leaves it out), --soak N seconds for memory (60; 0 leaves it out),
// --only read,page,play,checkout,like,comment,comments,feed,link some of ours; --only money instead webhooks and the way from payment to access (or one of them: --only webhooks, --only payments), --only expiry 10,000 discounts that end in the same second, --only limits what counting requests costs.
// --published DLL measures a local host that was published before, instead of publishing this one.
var seconds = 8;
var many = 100_000;
var soak = 60;
string? published = null;
string[] only = ["read", "page", "play", "checkout", "like", "comment", "comments", "feed", "link"];
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var value = args[i + 1];
    switch (args[i])
    {
        case "--seconds": seconds = int.Parse(value, CultureInfo.InvariantCulture); break;
        case "--many": many = int.Parse(value, CultureInfo.InvariantCulture); break;
        case "--soak": soak = int.Parse(value, CultureInfo.InvariantCulture); break;
        case "--published": published = value; break;
        case "--only": only = value.Split(','); break;
        default: throw new ArgumentException($"{args[i]} is not an argument; there are --seconds N, --many N, --soak N, --published DLL and --only read,page,play,checkout,like,comment,comments,feed,link or money, webhooks, payments, expiry or limits.");
    }
}
if (!Wrk.IsThere())
{
    Console.Error.WriteLine("The load generator wrk is missing. On Debian: apt-get install wrk.");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("series-bench").FullName;
try
{
    var local = published is not null ? new Published(published) : Published.Build("src/SeriesFunctions.Local/SeriesFunctions.Local.csproj", Path.Combine(folder, "local"));
    if (only is ["money" or "webhooks" or "payments"])
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {seconds} s a measurement, the load generator on the same machine"));
        if (only is not ["payments"])
            await new WebhookMeasurements(local, folder, seconds, Console.Out).RunAsync();
        return only is ["webhooks"] || await new PaymentMeasurements(local, folder, seconds, Console.Out).RunAsync() ? 0 : 1;
    }
    if (only is ["expiry"])
        return await new Expiry(local, folder, Console.Out).RunAsync() ? 0 : 1;
    if (only is ["limits"])
    {
        await new LimitMeasurements(local, folder, seconds: Math.Min(seconds, 2), rounds: 7, Console.Out).RunAsync();
        return 0;
    }
    var floor = Published.Build("tests/bench/Floor/Floor.csproj", Path.Combine(folder, "floor"));
    await new Measurements(floor, local, folder, seconds, soak, only, Console.Out).RunAsync(many);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
