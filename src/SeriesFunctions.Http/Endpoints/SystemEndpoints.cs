using System.Reflection;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Something that the host can't work without.</summary>
public sealed record Dependency(string Name, Func<CancellationToken, ValueTask> CheckAsync);

/// <summary>Health and the API's own description.</summary>
public sealed partial class SystemEndpoints(IReadOnlyList<Dependency> dependencies, ILogger<SystemEndpoints> logger)
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);
    private static readonly Lazy<ReadOnlyMemory<byte>> Document = new(ReadDocument);

#pragma warning disable CA1822 // An endpoint like the others: it is called on the instance that a host made.
    public ValueTask<Answer> LiveAsync(ApiCall call, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer.Json(new HealthView("live", [])));

    public ValueTask<Answer> OpenApiAsync(ApiCall call, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Document.Value.IsEmpty ? Problem.NotFound("document") : Answer.Raw(Document.Value, "public, max-age=300"));
#pragma warning restore CA1822

    public async ValueTask<Answer> ReadyAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var views = new List<DependencyView>(dependencies.Count);
        foreach (var dependency in dependencies)
            views.Add(new(dependency.Name, await IsReadyAsync(dependency, cancellationToken) ? "ready" : "not-ready"));
        return views.TrueForAll(view => view.Status == "ready")
            ? Answer.Json(new HealthView("ready", views))
            : Answer.Json(new HealthView("not-ready", views), status: 503);
    }

    private async ValueTask<bool> IsReadyAsync(Dependency dependency, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(CheckTimeout);
        try
        {
            await dependency.CheckAsync(timeout.Token);
            return true;
        }
        // Whatever it is that a dependency fails with, it is not ready.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotReady(logger, e, dependency.Name);
            return false;
        }
    }

    /// <summary>docs/openapi.json as it was built in.</summary>
    private static ReadOnlyMemory<byte> ReadDocument()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json");
        if (stream is null)
            return default;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Dependency} is not ready")]
    private static partial void LogNotReady(ILogger logger, Exception exception, string dependency);
}
