using System.Net;
using System.Text.Json.Nodes;

namespace Feature.Tests.Driving;

/// <summary>People who talk about a video. A path is that of its comments.</summary>
public sealed class Conversation(RunningHost host)
{
    private readonly Shop _shop = new(host);

    /// <summary>A creator, her video, and somebody who has the series.</summary>
    public async Task<(Person Creator, Person Viewer, string Path)> BeginAsync()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var path = $"/v1/series/{series}/videos/{video}/comments";
        return (creator, await JoinAsync(path), path);
    }

    /// <summary>Somebody more who has the series.</summary>
    public async Task<Person> JoinAsync(string path)
    {
        var viewer = await host.PersonAsync("viewer");
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/viewers/{viewer.Id}/access/{path.Split('/')[3]}", new JsonObject { ["decision"] = "grant", ["reason"] = "test" })).Is(HttpStatusCode.OK);
        return viewer;
    }

    public static JsonObject Text(string text) => new() { ["text"] = text };

    public static string[] Texts(Reply page) => [.. page.Is(HttpStatusCode.OK).At("items")!.AsArray().Select(item => item!["text"]!.ToString())];

    /// <summary>The number above the list.</summary>
    public static async Task<string> CountAsync(Person reader, string path) => (await reader.GetAsync(path[..^"comments".Length] + "engagement")).Is(HttpStatusCode.OK).Text("comments");
}
