using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Feature.Tests.Driving;

/// <summary>What came to a receiver: the path, the signature's headers and the bytes.</summary>
public sealed record Got(string Path, string Id, string Timestamp, string Signature, byte[] Body);

/// <summary>The platform's side of webhooks, in this process: answers as <see cref="Answer"/> says and keeps what came.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Got> Received { get; } = new();

    /// <summary>What it does with a request once it was noted; 200 if nothing.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            string Header(string name) => http.Request.Headers[name].ToString();
            receiver.Received.Enqueue(new(http.Request.Path, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), body.ToArray()));
            await receiver.Answer(http);
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public static Func<HttpContext, Task> Status(int status, string? location = null) => http =>
    {
        http.Response.StatusCode = status;
        if (location is not null)
            http.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    /// <summary>Says nothing until the caller hangs up.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var registered = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>Never stops talking.</summary>
    public static async Task FloodAsync(HttpContext http)
    {
        var chunk = new byte[64 * 1024];
        try
        {
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(0);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
