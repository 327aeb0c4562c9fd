using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What a creator does with her series.</summary>
public sealed class AuthoringEndpoints(
    CreateSeries create, EditSeries edit, DeleteSeries delete, AnnounceCover covers, SubmitSeries submit, ListSeries list, SeriesRecords series,
    SetDiscount setDiscount, EndDiscount endDiscount, DiscountRecords discounts, EstimateProceeds proceeds, TimeProvider clock)
{
    public async ValueTask<Answer> CreateAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<CreateSeriesRequest>().IsOk(out var body, out var problem)
            || !(await create.HandleAsync(call.User, new(body.Value.Title, body.Value.Description, body.Value.Price, body.Value.Category, body.Value.Discount?.ToNew()), first: null, call.Key, cancellationToken))
                .IsOk(out var made, out problem))
            return problem;
        return await OwnAsync(made, 201, cancellationToken);
    }

    /// <summary>Video first: into a series that is there, or into one that is made for it in the same call.</summary>
    public async ValueTask<Answer> AddToSeriesAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AddToSeriesRequest>().IsOk(out var body, out var problem))
            return problem;
        var (asked, title) = (body.Value.NewSeries, body.Value.Title);
        if ((asked is null) == (body.Value.SeriesId is null))
            return Problem.Invalid([new("seriesId", "one-of-two", "Name either a seriesId or a newSeries.")]);
        if (body.Value.SeriesId is { } id && !Ids.IsValid(id.Value))
            return Problem.Invalid([new("seriesId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")]);
        return asked is null
            ? await OwnAsync(await edit.AttachAsync(body.Value.SeriesId!.Value, call.User, call.VideoId, title, body.Value.Position, cancellationToken), 201, cancellationToken)
            : await OwnAsync(
                await create.HandleAsync(call.User, new(asked.Title, asked.Description, asked.Price, asked.Category, asked.Discount?.ToNew()), new(call.VideoId, title), call.Key, cancellationToken),
                201, cancellationToken);
    }

    public async ValueTask<Answer> PatchAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PatchSeriesRequest>(patch: true, "previewVideoId").IsOk(out var body, out var problem))
            return problem;
        var patch = body.Value;
        return await EditedAsync(
            call, await edit.PatchAsync(
                call.SeriesId, call.User, call.IfMatch,
                new(patch.Title, patch.Description, patch.Price, patch.Category, patch.PreviewVideoId, body.Nulls.Contains("previewVideoId")), cancellationToken),
            cancellationToken);
    }

    public async ValueTask<Answer> DeleteAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await delete.HandleAsync(call.SeriesId, call.User, call.IfMatch, cancellationToken)).Problem is { } problem
            ? problem.Kind == ProblemKind.Stale ? await StaleAsync(call, problem, cancellationToken) : problem
            : Answer.Empty();

    public async ValueTask<Answer> AttachAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<AttachVideoRequest>().IsOk(out var body, out var problem)
            ? await OwnAsync(await edit.AttachAsync(call.SeriesId, call.User, body.Value.VideoId, body.Value.Title, body.Value.Position, cancellationToken), 201, cancellationToken)
            : problem;

    public async ValueTask<Answer> RetitleAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<RetitleVideoRequest>(patch: true).IsOk(out var body, out var problem)
            ? await EditedAsync(call, await edit.RetitleAsync(call.SeriesId, call.User, call.IfMatch, call.VideoId, body.Value.Title, cancellationToken), cancellationToken)
            : problem;

    public async ValueTask<Answer> DetachAsync(ApiCall call, CancellationToken cancellationToken) =>
        await EditedAsync(call, await edit.DetachAsync(call.SeriesId, call.User, call.IfMatch, call.VideoId, cancellationToken), cancellationToken);

    public async ValueTask<Answer> ReorderAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<ReorderVideosRequest>().IsOk(out var body, out var problem)
            ? await EditedAsync(call, await edit.ReorderAsync(call.SeriesId, call.User, call.IfMatch, body.Value.VideoIds, cancellationToken), cancellationToken)
            : problem;

    public async ValueTask<Answer> AnnounceCoverAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AnnounceCoverRequest>().IsOk(out var body, out var problem)
            || !(await covers.HandleAsync(call.SeriesId, call.User, new(body.Value.FileName, body.Value.SizeBytes, body.Value.ContentType), call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(CoverView.Of(made.Cover, made.Upload), status: 201);
    }

    public async ValueTask<Answer> SubmitAsync(ApiCall call, CancellationToken cancellationToken) =>
        await OwnAsync(await submit.HandleAsync(call.SeriesId, call.User, cancellationToken), 202, cancellationToken);

    public async ValueTask<Answer> UnlistAsync(ApiCall call, CancellationToken cancellationToken) =>
        await OwnAsync(await list.HandleAsync(call.SeriesId, call.User, listed: false, cancellationToken), 200, cancellationToken);

    public async ValueTask<Answer> RelistAsync(ApiCall call, CancellationToken cancellationToken) =>
        await OwnAsync(await list.HandleAsync(call.SeriesId, call.User, listed: true, cancellationToken), 200, cancellationToken);

    public async ValueTask<Answer> SetDiscountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<DiscountRequest>().IsOk(out var body, out var problem)
            || !(await setDiscount.HandleAsync(call.SeriesId, call.User, body.Value.ToNew(), call.Key, cancellationToken)).IsOk(out var set, out problem))
            return problem;
        return Answer.Json(
            DiscountView.Of(set.Discount.Value, set.ListPrice, await proceeds.ForAsync(call.User, cancellationToken), clock.GetUtcNow()), set.Discount.ETag, 201, location: $"/v1/series/{call.SeriesId}/discounts/{set.Discount.Value.Id}");
    }

    public async ValueTask<Answer> ListDiscountsAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(call.SeriesId, call.User, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        var estimate = await proceeds.ForAsync(call.User, cancellationToken);
        return await Pages.AnswerAsync(
            call, page => discounts.ListAsync(call.SeriesId, page, cancellationToken), discount => DiscountView.Of(discount, own.Value.Price, estimate, clock.GetUtcNow()));
    }

    public async ValueTask<Answer> ShowDiscountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(call.SeriesId, call.User, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        return await discounts.FindAsync(call.SeriesId, new(call.Id("discountId")), cancellationToken) is { } discount
            ? Answer.Json(DiscountView.Of(discount.Value, own.Value.Price, await proceeds.ForAsync(call.User, cancellationToken), clock.GetUtcNow()), discount.ETag)
            : Problem.NotFound("discount");
    }

    public async ValueTask<Answer> EndDiscountAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await endDiscount.HandleAsync(call.SeriesId, call.User, new(call.Id("discountId")), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    private async ValueTask<Answer> EditedAsync(ApiCall call, Result<Stored<Series>> result, CancellationToken cancellationToken) =>
        result.Problem is { Kind: ProblemKind.Stale } stale ? await StaleAsync(call, stale, cancellationToken) : await OwnAsync(result, 200, cancellationToken);

    /// <summary>The other editor hears what changed since she read it, and gets what it is now: she can repeat her change without asking again.</summary>
    private async ValueTask<Problem> StaleAsync(ApiCall call, Problem stale, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(call.SeriesId, call.User, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        var (view, etag) = await ViewAsync(own, cancellationToken);
        return stale with
        {
            Extensions = new Dictionary<string, object>
            {
                ["changed"] = SeriesEdit.Since(own.Value, SeriesEndpoints.VersionIn(call.Http.Request.Headers.IfMatch.ToString())).ToList(),
                ["current"] = view,
                ["currentETag"] = $"\"{etag}\"",
            },
        };
    }

    private async ValueTask<Answer> OwnAsync(Result<Stored<Series>> result, int status, CancellationToken cancellationToken)
    {
        if (!result.IsOk(out var own, out var problem))
            return problem;
        var (view, etag) = await ViewAsync(own, cancellationToken);
        return Answer.Json(view, etag, status, location: status == 201 ? $"/v1/series/{own.Value.Id}" : null);
    }

    private async ValueTask<(SeriesView View, string ETag)> ViewAsync(Stored<Series> own, CancellationToken cancellationToken)
    {
        var id = own.Value.Id;
        var shown = await series.FindPublicAsync(id, cancellationToken);
        var seen = new SeriesSeen(shown, own, Quote.At(own.Value.Price, own.Value.Offers, clock.GetUtcNow()), Owned: true);
        var cover = await covers.NewestAsync(id, cancellationToken);
        var estimate = await proceeds.ForAsync(own.Value.CreatorId, cancellationToken);
        return (SeriesView.Of(seen, cover, estimate.Of(seen.Quote.Price)), SeriesEndpoints.OwnETag(own, shown, seen.Quote, cover));
    }
}
