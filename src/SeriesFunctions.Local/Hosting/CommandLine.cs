using System.Globalization;
using Microsoft.Extensions.Options;
using SeriesFunctions.Local.Storage;
using SeriesFunctions.Local.Walkthrough;

namespace SeriesFunctions.Local.Hosting;

/// <summary>
/// The commands: nothing (the host), <c>walkthrough</c>, <c>openapi</c>, <c>states</c>, <c>checkout-states</c>, <c>subscription-states</c>, <c>programme-states</c>. Exit codes: 0 as it should be, 1 failed, 2 a setting or argument is not allowed, 3 the data folder is in use.
/// </summary>
public static class CommandLine
{
    private const string Usage = """
        SeriesFunctions, the single-process host

          (nothing)              start the host
          walkthrough            drive the whole story over HTTP, on a host of its own or on --url URL
            --video FILE         upload this video instead of the sample
            --tokens FILE        on a deployed host: {"creator": {"token": "...", "id": "..."}, ...} for
                                 platform, creator, operator, moderator, viewer
            --principals         on the Functions app under Core Tools on this machine
            --pay hand           a person pays on the provider's page; else the story ends there
          openapi FILE           write the API's description
          states FILE            draw the life of a series
          checkout-states FILE   draw the states of a checkout anew in docs/checkout.md
          subscription-states FILE  draw the states of a subscription anew in docs/subscriptions.md
          programme-states FILE  draw the states of a creator's part in a programme anew in docs/creators.md

          --data FOLDER          where everything is kept (default .series)
          --url URL              where to listen (default http://127.0.0.1:7071)
          --SECTION:KEY=VALUE    any other setting, e.g. --Media:PlaybackUrlLifetime=00:05:00
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                ["--help" or "-h" or "help"] => Help(),
                ["walkthrough", .. var rest] => await WalkthroughCommand.RunAsync(rest, Console.Out),
                ["openapi", var file] => await OpenApiDocument.WriteAsync(file),
                ["states", var file] => await StateDocument.WriteAsync(file),
                ["checkout-states", var file] => await StateTable.Checkout.WriteAsync(file),
                ["subscription-states", var file] => await StateTable.Subscription.WriteAsync(file),
                ["programme-states", var file] => await StateTable.Programme.WriteAsync(file),
                _ => await HostAsync(Settings(arguments)),
            };
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures)
                await Console.Error.WriteLineAsync(failure);
            return 2;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (DataFolderInUseException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 3;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Stop what listens there, or choose another port with --url http://127.0.0.1:PORT.");
            return 1;
        }
    }

    /// <summary>The short forms become settings; what is neither is refused by name.</summary>
    public static string[] Settings(IReadOnlyList<string> arguments)
    {
        var settings = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var (name, value) = argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (argument[..at], argument[(at + 1)..]) : (argument, null);
            var key = name switch
            {
                "--data" => $"{LocalOptions.Section}:{nameof(LocalOptions.Data)}",
                "--url" => $"{LocalOptions.Section}:{nameof(LocalOptions.Url)}",
                _ when name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':', StringComparison.Ordinal) => name[2..],
                _ => throw new ArgumentException($"{argument} is not an argument.\n\n{Usage}"),
            };
            value ??= i + 1 < arguments.Count ? arguments[++i] : throw new ArgumentException($"{name} needs a value.");
            settings.Add($"--{key}={value}");
        }
        return [.. settings];
    }

    private static async Task<int> HostAsync(string[] settings)
    {
        await using var host = await LocalHost.StartAsync(settings, clock: null, CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            SeriesFunctions listens on {host.Url.GetLeftPart(UriPartial.Authority)}
            Its data is in             {host.DataPath}

            Try next:
              curl {host.Url}health/ready
              curl -X POST {host.Url}local/tokens -H 'Content-Type: application/json' -d '{"{"}"userId":"me"{"}"}'
              curl {host.Url}openapi.json
            or, in another terminal, the whole story:
              dotnet run --project src/SeriesFunctions.Local -- walkthrough
            Ctrl-C stops it; nothing is lost.
            """));
        await host.WaitForShutdownAsync();
        return 0;
    }

    private static int Help()
    {
        Console.WriteLine(Usage);
        return 0;
    }
}
