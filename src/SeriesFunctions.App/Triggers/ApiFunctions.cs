using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;

namespace SeriesFunctions.App.Triggers;

/// <summary>
/// What every HTTP function calls: the route of its name through the same pipeline as on the local host. A function has the name of its route, so that a trigger is one line;
/// a test compares the two lists.
/// </summary>
public sealed class ApiFunctions(ApiRoutes routes, ApiPipeline pipeline)
{
    private readonly Dictionary<string, ApiRoute> _byName = routes.All.ToDictionary(route => route.Name, StringComparer.Ordinal);

    /// <summary>
    /// Answers the request. The Functions host takes the first route that fits, in no order that we could choose; the worker's own routing takes the most specific one,
    /// and an endpoint there is named after its function. So where both differ, the worker's is right.
    /// </summary>
    public async Task<IResult> RunAsync(HttpRequest request, [CallerMemberName] string function = "")
    {
        var http = request.HttpContext;
        if (_byName.TryGetValue(http.GetEndpoint()?.DisplayName ?? function, out var route) || _byName.TryGetValue(function, out route))
            await pipeline.RunAsync(route, http);
        else
            await RefuseAsync(http);
        // The pipeline has written the answer; a function that returned nothing would be logged as one that forgot to.
        return Results.Empty;
    }

    /// <summary>A path under <c>v1</c> that no route takes, or not with this method.</summary>
    private async Task RefuseAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Trim('/').Split('/');
        var allowed = routes.All.Where(route => Fits(RoutePatternFactory.Parse(route.Pattern), path)).Select(route => route.Method).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (allowed.Length == 0)
        {
            await ProblemAnswer.WriteAsync(http, Core.Kernel.Problem.NotFound("route"));
            return;
        }
        http.Response.Headers.Allow = string.Join(", ", allowed);
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        await ProblemAnswer.WriteMethodNotAllowedAsync(http);
    }

    private static bool Fits(RoutePattern pattern, string[] path)
    {
        if (pattern.PathSegments.Count != path.Length)
            return false;
        for (var i = 0; i < path.Length; i++)
        {
            if (pattern.PathSegments[i].Parts[0] is RoutePatternLiteralPart literal && !literal.Content.Equals(path[i], StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }
}
