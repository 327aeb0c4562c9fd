using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Feature.Tests.Driving;

/// <summary>Azure AI Content Safety as it answers.</summary>
internal static class SafetyAnswers
{
    public const string Key = "secret-key-of-the-resource";

    /// <summary>All four categories as the service answers them, with some of them found.</summary>
    public static string Analysis(params (string Category, int Severity)[] found) => new JsonObject
    {
        ["categoriesAnalysis"] = new JsonArray(
            [.. new[] { "Hate", "SelfHarm", "Sexual", "Violence" }.Select(name => new JsonObject { ["category"] = name, ["severity"] = found.FirstOrDefault(one => one.Category == name).Severity })]),
    }.ToJsonString();

    public static Task Json(HttpContext http, string body, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }
}
