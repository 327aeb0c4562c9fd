using System.Text.Json;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Who did what to what.</summary>
public sealed class AuditEndpoints(ReadAudit audit)
{
    private static readonly Problem BadId = new(ProblemKind.Malformed, "bad-id", "object and actor are 1 to 64 characters of A-Z a-z 0-9 _ -.");
    private static readonly Problem BadTime = new(ProblemKind.Malformed, "bad-time", "from and to are RFC 3339 times with an offset, from before to.");

    public async ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var (about, actor) = (call.Query("object"), call.Query("actor"));
        if (about is not null && !Ids.IsValid(about) || actor is not null && !Ids.IsValid(actor))
            return BadId;
        if (!Time(call.Query("from"), out var from) || !Time(call.Query("to"), out var to) || from >= to)
            return BadTime;
        return await Pages.AnswerAsync(
            call, page => audit.HandleAsync(new(about, actor is null ? null : new UserId(actor), from, to), page, cancellationToken), AuditView.Of);
    }

    /// <summary>Read as a body's times are.</summary>
    private static bool Time(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
            return true;
        try
        {
            time = JsonSerializer.Deserialize(JsonSerializer.Serialize(text, ApiJson.Default.String), ApiJson.Default.DateTimeOffset);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
