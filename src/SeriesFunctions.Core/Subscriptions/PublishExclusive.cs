using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>What a creator asks for. Null title: the video's own.</summary>
public sealed record NewExclusive(VideoId VideoId, string? Title, string? Description, IReadOnlyList<TierId> Tiers);

/// <summary>
/// A creator publishes a video to subscribers of chosen tiers, and takes it back. It is a series of one video that is not for sale (docs/adr/0042): so it is reviewed as every other, by the same cases and the same table,
/// and appears once it is approved.
/// </summary>
public sealed class PublishExclusive(
    Records records, SeriesRecords series, CreatorRecords creators, TierRecords tiers, VideoRecords videos, IdempotencyClaims claims, TimeProvider clock, PricingOptions pricing)
{
    /// <summary>The same key gives the same one.</summary>
    public async ValueTask<Result<Stored<Series>>> HandleAsync(UserId creator, NewExclusive asked, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await creators.MayOfferSubscriptionsAsync(creator, cancellationToken) is { } refused)
            return refused;
        var now = clock.GetUtcNow();
        var id = new SeriesId(key.IdFor("exc", now));
        if (key.ClaimedId is not null && await series.FindAsync(id, cancellationToken) is { } earlier)
            return earlier;
        if (await CheckTiersAsync(creator, asked.Tiers, cancellationToken) is { } noTier)
            return noTier;
        if (await videos.FindAsync(creator, asked.VideoId, cancellationToken) is not { } video)
            return Problem.Invalid([new("videoId", "no-such-video", "You have no such video.")]);
        if (video.Value is not { Status: UploadStatus.Ready, Facts: { } facts })
            return Problem.Conflict("video-not-ready", $"The video {asked.VideoId} is {video.Value.Status.ToString().ToLowerInvariant()}.");
        var title = asked.Title ?? video.Value.Title;
        if (CheckTexts(title, asked.Description ?? "") is { } badText)
            return badText;
        if (!(await claims.ClaimAsync(key, id.Value, cancellationToken)).IsOk(out var claimed, out var problem))
            return problem;
        id = new(claimed);
        // Noted on the video first: a crash between the two leaves a note too many, and never something whose video can be deleted.
        if (!(await videos.MarkUsedAsync(creator, asked.VideoId, id, cancellationToken)).IsOk(out _, out problem))
            return problem;
        var content = new SeriesContent(title.Trim(), asked.Description ?? "", Category: "", CoverId: null, PreviewVideoId: null, [new(asked.VideoId, title.Trim(), facts.DurationMs)]);
        var draft = new Series(
            id, creator, SeriesState.Draft, new(0, pricing.Currency), content, DraftState.Editing, LastRevision: 0, ApprovedRevision: 0, Offers: [], now, now, PublishedAt: null, ReviewNote: null, Version: 1,
            Tiers: [.. asked.Tiers]);
        if (!SeriesLife.Take(draft, SeriesCommand.Submit).IsOk(out var submitted, out problem))
            return problem;
        submitted = submitted with { LastRevision = 1 };
        var outcome = await records.SaveAsync(
            new Batch(Series.In(id))
                .Create(Series.DocumentId, submitted)
                .Create(SeriesRevision.DocumentId(1), new SeriesRevision(id, 1, creator, content, now, BasedOn: 0, RevisionChanges.Of(null, content), ForSubscribers: true))
                .Emit(new SeriesChanged(id, creator), now)
                .Emit(new SeriesSubmitted(id, 1, creator), now),
            cancellationToken);
        if (!outcome.IsOk)
            return await series.FindAsync(id, cancellationToken) is { } twin ? twin : Problem.NotFound("exclusive");
        Telemetry.Count("exclusive-submitted");
        return new Stored<Series>(submitted, outcome.ETags[0]!);
    }

    /// <summary>
    /// Another title or description, handed to review at once: what is shown stays as it was approved until the new one is. What is null stays; one that was sent back is handed in again as it is now.
    /// </summary>
    public async ValueTask<Result<Stored<Series>>> EditAsync(UserId creator, SeriesId id, string? title, string? description, string etag, CancellationToken cancellationToken)
    {
        if (!(await FindOwnAsync(creator, id, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (await creators.MayOfferSubscriptionsAsync(creator, cancellationToken) is { } refused)
            return refused;
        var draft = before.Value.Draft;
        var after = (title ?? draft.Title).Trim();
        if (CheckTexts(after, description ?? draft.Description) is { } badText)
            return badText;
        if (before.ETag != etag)
            return Problem.Stale;
        var content = draft with { Title = after, Description = description ?? draft.Description, Videos = [draft.Videos[0] with { Title = after }] };
        if (before.Value.DraftState is DraftState.Approved or DraftState.InReview && RevisionChanges.Of(draft, content).IsEmpty)
            return before;
        var now = clock.GetUtcNow();
        var uploaded = await videos.FindAllAsync(creator, [draft.Videos[0].Id], cancellationToken);
        var shown = (await series.FindShownAsync(id, cancellationToken))?.Value.Content;
        if (!SeriesLife.Take(before.Value, SeriesCommand.Edit).IsOk(out var edited, out problem)
            || !Publishing.Submit(edited with { Draft = content }, shown, uploaded.ToDictionary(video => video.Key, video => video.Value.Value), now).IsOk(out var submitted, out problem))
            return problem;
        var outcome = await records.SaveAsync(
            SeriesRecords.Change(before, submitted.Series, shown: null, now)
                .Create(SeriesRevision.DocumentId(submitted.Revision.Number), submitted.Revision)
                .Emit(new SeriesSubmitted(id, submitted.Revision.Number, creator), now),
            cancellationToken);
        if (!outcome.IsOk)
            return Problem.Stale;
        Telemetry.Count("exclusive-submitted");
        return new Stored<Series>(submitted.Series, outcome.ETags[0]!);
    }

    /// <summary>Other tiers may watch it, from now on; nothing of it is reviewed again.</summary>
    public async ValueTask<Result<Stored<Series>>> SetTiersAsync(UserId creator, SeriesId id, IReadOnlyList<TierId> wanted, string etag, CancellationToken cancellationToken)
    {
        if (!(await FindOwnAsync(creator, id, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (wanted.Distinct().Count() != wanted.Count)
            return NotYourTiers;
        if (await CheckTiersAsync(creator, [.. wanted.Except(before.Value.Tiers!)], cancellationToken, atLeast: wanted.Count > 0 ? 0 : 1) is { } refused)
            return refused;
        if (before.ETag != etag)
            return Problem.Stale;
        if (wanted.SequenceEqual(before.Value.Tiers!))
            return before;
        var now = clock.GetUtcNow();
        var after = (before.Value with { Tiers = [.. wanted] }).Changed(now);
        var outcome = await records.SaveAsync(SeriesRecords.Change(before, after, await series.FindShownAsync(id, cancellationToken), now), cancellationToken);
        return outcome.IsOk ? new Stored<Series>(after, outcome.ETags[0]!) : Problem.Stale;
    }

    /// <summary>Takes it back, for good and for everybody. The video stays its creator's.</summary>
    public async ValueTask<Result<Done>> RemoveAsync(UserId creator, SeriesId id, string etag, CancellationToken cancellationToken)
    {
        if (!(await FindOwnAsync(creator, id, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (before.ETag != etag)
            return Problem.Stale;
        if (SeriesLife.Refuses(before.Value, SeriesCommand.Delete) is { } refused)
            return refused;
        var outcome = await records.SaveAsync(SeriesRecords.Delete(before, await series.FindShownAsync(id, cancellationToken), clock.GetUtcNow()), cancellationToken);
        return outcome.IsOk ? Done.Value : Problem.Stale;
    }

    public async ValueTask<Result<Stored<Series>>> FindOwnAsync(UserId creator, SeriesId id, CancellationToken cancellationToken) =>
        await series.FindAsync(id, cancellationToken) is { Value.Tiers: not null } found && found.Value.CreatorId == creator ? found : Problem.NotFound("exclusive");

    /// <summary>Her own, newest first, whatever became of them.</summary>
    public ValueTask<Result<RecordPage<ExclusiveEntry>>> ListAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<ExclusiveEntry>(CreatorStanding.In(creator), SortRange.Prefix(ExclusiveEntry.OwnSortPrefix), Direction.Descending, page, cancellationToken);

    private static Problem? CheckTexts(string title, string description)
    {
        var checks = new FieldChecks().Line(title, "title", 80).Text(description, "description", 2_000);
        return checks.AllGood ? null : checks.Problem;
    }

    private async ValueTask<Problem?> CheckTiersAsync(UserId creator, IReadOnlyList<TierId> wanted, CancellationToken cancellationToken, int atLeast = 1)
    {
        var offered = (await tiers.FindAsync(creator, cancellationToken))?.Value.Offered ?? [];
        return wanted.Count >= atLeast && wanted.Distinct().Count() == wanted.Count && wanted.All(id => offered.Any(tier => tier.Id == id))
            ? null
            : NotYourTiers;
    }

    private static Problem NotYourTiers => Problem.Invalid([new("tierIds", "not-your-tiers", "Name at least one of the tiers that you offer, each once.")]);
}
