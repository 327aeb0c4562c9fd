using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Catalog;

/// <summary>The owner announces a cover and gets a ticket to upload it. Once the file is accepted it is the cover of the working copy.</summary>
public sealed class AnnounceCover(Records records, SeriesRecords series, IdempotencyClaims claims, IMediaStore media, TimeProvider clock, MediaOptions options, CoverLimits limits)
{
    public async ValueTask<Result<(Cover Cover, SignedUpload Upload)>> HandleAsync(SeriesId id, UserId owner, AnnouncedFile file, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        if (SeriesLife.Refuses(own.Value, SeriesCommand.Cover) is { } refused)
            return refused;
        if (Announcing.CheckCover(file, limits) is { AllGood: false } checks)
            return checks.Problem;
        var now = clock.GetUtcNow();
        if (!(await claims.ClaimAsync(key, key.IdFor("cov", now), cancellationToken)).IsOk(out var coverId, out problem))
            return problem;
        var cover = new Cover(coverId, id, owner, file.FileName, file.ContentType, file.SizeBytes, UploadStatus.AwaitingUpload, null, [], now, now + options.UploadTicketLifetime);
        var outcome = await records.SaveAsync(
            new Batch(Series.In(id))
                .Create(Cover.DocumentId(coverId), cover, cover.Sort)
                .Emit(new UploadDue("covers", id.Value, coverId), now, dueAt: cover.UploadExpiresAt),
            cancellationToken);
        if (!outcome.IsOk)
        {
            if (await records.FindAsync<Cover>(Series.In(id), Cover.DocumentId(coverId), cancellationToken) is not { } made)
                return Problem.NotFound("cover");
            cover = made.Value;
        }
        return (cover, await media.SignUploadAsync(cover.Upload, cover.ContentType, cover.UploadExpiresAt, cancellationToken));
    }

    /// <summary>The cover that a series has or that was announced last, for its owner.</summary>
    public async ValueTask<Cover?> NewestAsync(SeriesId id, CancellationToken cancellationToken)
    {
        var page = await records.ListAsync<Cover>(Series.In(id), SortRange.Prefix("cover|"), Direction.Descending, new(1, null), cancellationToken);
        return page.IsOk(out var covers, out _) && covers.Items.Count > 0 ? UploadRules.At(covers.Items[0], clock.GetUtcNow(), options) : null;
    }
}
