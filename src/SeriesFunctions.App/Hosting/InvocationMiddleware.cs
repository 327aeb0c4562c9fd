using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.App.Hosting;

/// <summary>
/// Around every function: a span that continues the caller's trace where the worker made none, a log scope with function and invocation, and the last line of defence. A request
/// is answered with a problem that tells nothing of the inside; any other trigger gets its exception back, since that is what makes the platform try again.
/// </summary>
public sealed partial class InvocationMiddleware(ILogger<InvocationMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var name = context.FunctionDefinition.Name;
        using var activity = Activity.Current is null ? Telemetry.Source.StartActivity(name, ActivityKind.Server, ParentOf(context)) : null;
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["function"] = name, ["invocation"] = context.InvocationId });
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.GetHttpContext()?.RequestAborted.IsCancellationRequested == true)
        {
            // The client is gone; there is nobody to answer.
        }
        // The edge of the system: what a request ran into is told as an internal error, and not with its text.
        catch (Exception e) when (context.GetHttpContext() is { Response.HasStarted: false })
        {
            LogFailed(logger, e, name);
            var http = context.GetHttpContext()!;
            http.Response.Headers.Clear();
            await ProblemAnswer.WriteInternalAsync(http);
        }
    }

    private static ActivityContext ParentOf(FunctionContext context) =>
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, isRemote: true, out var parent) ? parent : default;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed outside of the pipeline")]
    private static partial void LogFailed(ILogger logger, Exception exception, string function);
}
