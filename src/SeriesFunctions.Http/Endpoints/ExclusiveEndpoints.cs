using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Videos for subscribers.</summary>
public sealed class ExclusiveEndpoints(PublishExclusive publish, WatchExclusive watch)
{
    public async ValueTask<Answer> PublishAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PublishExclusiveRequest>().IsOk(out var body, out var problem)
            || !(await publish.HandleAsync(call.User, new(body.Value.VideoId, body.Value.Title, body.Value.Description, Tiers(body.Value.TierIds)), call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(MyExclusiveView.Of(made.Value), made.ETag, 201, location: $"/v1/creators/me/exclusives/{made.Value.Id}");
    }

    public ValueTask<Answer> MineAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => publish.ListAsync(call.User, page, cancellationToken), entry => MyExclusiveView.Of(entry));

    public async ValueTask<Answer> ShowMineAsync(ApiCall call, CancellationToken cancellationToken) => Seen(await publish.FindOwnAsync(call.User, Id(call), cancellationToken));

    public async ValueTask<Answer> EditAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<EditExclusiveRequest>(patch: true).IsOk(out var body, out var problem)
            ? Seen(await publish.EditAsync(call.User, Id(call), body.Value.Title, body.Value.Description, call.IfMatch, cancellationToken))
            : problem;

    public async ValueTask<Answer> SetTiersAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<ExclusiveTiersRequest>().IsOk(out var body, out var problem)
            ? Seen(await publish.SetTiersAsync(call.User, Id(call), Tiers(body.Value.TierIds), call.IfMatch, cancellationToken))
            : problem;

    public async ValueTask<Answer> RemoveAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await publish.RemoveAsync(call.User, Id(call), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    public ValueTask<Answer> FeedAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => watch.FeedAsync(new(call.Id("creatorId")), call.User, page, cancellationToken), ExclusiveView.Of);

    public async ValueTask<Answer> PlayAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await watch.PlayAsync(new(call.Id("creatorId")), Id(call), call.User, call.Caller!.Is(Roles.Moderator), cancellationToken)).IsOk(out var playback, out var problem)
            ? Answer.Json(new PlaybackView(playback.Url, playback.ExpiresAt))
            : problem;

    private static Answer Seen(Result<Stored<Series>> result) => result.IsOk(out var found, out var problem) ? Answer.Json(MyExclusiveView.Of(found.Value), found.ETag) : problem;

    private static SeriesId Id(ApiCall call) => new(call.Id("exclusiveId"));

    private static List<TierId> Tiers(IReadOnlyList<string> ids) => [.. ids.Select(id => new TierId(id))];
}
