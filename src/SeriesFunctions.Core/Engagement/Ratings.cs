using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation.Text;

namespace SeriesFunctions.Core.Engagement;

/// <summary>What a buyer thinks of a series, 1 to 5 stars and why: document <c>rating|{buyer}</c> of partition <c>ratings|{seriesId}</c>. In the list if it says something.</summary>
[ReadOften]
public sealed record Rating(UserId AuthorId, int Stars, string? Text, DateTimeOffset At, DateTimeOffset? EditedAt = null)
{
    public const int MostStars = 5;

    public const string SortPrefix = "text|";

    public static Partition In(SeriesId id) => new($"ratings|{id}");

    public static string DocumentId(UserId author) => $"rating|{author}";

    public string? Sort => Text is null ? null : $"{SortPrefix}{CatalogLists.Time(At)}|{AuthorId}";
}

/// <summary>A part of what is counted: how often each number of stars was given, one first. Document <c>count|{part}</c>, written in the batch of the rating that it counts.</summary>
public sealed record RatingCount(IReadOnlyList<long> Stars)
{
    public const int Parts = 8;

    public const string SortPrefix = "count|";

    public static readonly RatingCount None = new([0, 0, 0, 0, 0]);

    public static string DocumentId(UserId author) => string.Create(CultureInfo.InvariantCulture, $"{SortPrefix}{Spread.Of(author.Value, Parts)}");

    /// <summary>Moves a rating from one number of stars to another; null: there was none, or there is none any more.</summary>
    public RatingCount Move(int? from, int? to) => new([.. Stars.Select((count, i) => count - (i + 1 == from ? 1 : 0) + (i + 1 == to ? 1 : 0))]);

    public static RatingCount operator +(RatingCount left, RatingCount right) => new([.. left.Stars.Zip(right.Stars, (a, b) => a + b)]);

    public long Count => Stars.Sum();

    /// <summary>To two places, half up; null where nobody rated.</summary>
    public decimal? Average => Count == 0 ? null : Math.Round(Stars.Select((count, i) => count * (i + 1)).Sum() / (decimal)Count, 2, MidpointRounding.AwayFromZero);
}

/// <summary>
/// Ratings of a series by those who have it, one each, editable. Counted as likes are (docs/adr/0043), so average and histogram are exact at every instant. When access ends, what was written stays and can be
/// taken back; there is no new writing.
/// </summary>
public sealed class Ratings(Records records, SeriesRecords series, LibraryRecords library, Audience audience, TextGate gate, TimeProvider clock)
{
    /// <summary>Characters as people count them. Source: ours.</summary>
    public const int MaxLength = 1_000;

    private static readonly Problem NoRating = Problem.NotFound("rating");

    /// <summary>The same again answers the same.</summary>
    public async ValueTask<Result<Stored<Rating>>> RateAsync(SeriesId id, UserId author, int stars, string? text, CancellationToken cancellationToken)
    {
        if (!(await audience.AdmitBuyerAsync(id, author, cancellationToken)).IsOk(out _, out var wrong) || (wrong = Check(stars, text)) is not null)
            return wrong;
        while (true)
        {
            if (await FindAsync(id, author, cancellationToken) is { } before)
                return before.Value.Stars == stars && before.Value.Text == text ? before : Problem.Conflict("already-rated", "You have rated this series; change that rating.");
            if (await SaveAsync(id, null, new(author, stars, text, clock.GetUtcNow()), cancellationToken) is { } saved)
                return saved;
        }
    }

    /// <summary>Null leaves what is there; <paramref name="clearText"/> takes the text away.</summary>
    public async ValueTask<Result<Stored<Rating>>> EditAsync(SeriesId id, UserId author, int? stars, string? text, bool clearText, string ifMatch, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(id, author, cancellationToken) is not { } before)
                return NoRating;
            if (before.ETag != ifMatch)
                return Problem.Stale;
            var after = before.Value with { Stars = stars ?? before.Value.Stars, Text = clearText ? null : text ?? before.Value.Text };
            if (Check(after.Stars, after.Text) is { } wrong || !(await audience.AdmitBuyerAsync(id, author, cancellationToken)).IsOk(out _, out wrong))
                return wrong;
            if (after == before.Value)
                return before;
            if (await SaveAsync(id, before, after with { EditedAt = clock.GetUtcNow() }, cancellationToken) is { } saved)
                return saved;
        }
    }

    public async ValueTask<Result<Done>> DeleteAsync(SeriesId id, UserId author, string ifMatch, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(id, author, cancellationToken) is not { } before)
                return NoRating;
            if (before.ETag != ifMatch)
                return Problem.Stale;
            var batch = await CountAsync(new Batch(Rating.In(id)).Delete(Rating.DocumentId(author), before.ETag), id, author, before.Value.Stars, null, cancellationToken);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Done.Value;
        }
    }

    public async ValueTask<Result<Stored<Rating>>> OwnAsync(SeriesId id, UserId author, CancellationToken cancellationToken) =>
        await FindAsync(id, author, cancellationToken) is { } mine ? mine : NoRating;

    /// <summary>The ratings that say something, newest first, for everybody who sees the series; and what all of them come to.</summary>
    public async ValueTask<Result<(RecordPage<Rating> Page, RatingCount All)>> PageAsync(SeriesId id, UserId? reader, PageRequest page, CancellationToken cancellationToken)
    {
        if (await series.FindPublicAsync(id, cancellationToken) is not { Value: { } shown }
            || shown.State != SeriesState.Published && shown.CreatorId != reader && !(reader is { } user && (await library.AccessAsync(user, id, cancellationToken))?.Value.IsLive == true))
            return Problem.NotFound("series");
        var read = await records.ListAsync<Rating>(Rating.In(id), SortRange.Prefix(Rating.SortPrefix), Direction.Descending, page, cancellationToken);
        if (!read.IsOk(out var ratings, out var problem))
            return problem;
        var counts = await records.ListAsync<RatingCount>(Rating.In(id), SortRange.Prefix(RatingCount.SortPrefix), Direction.Ascending, new(RatingCount.Parts, null), cancellationToken);
        return counts.IsOk(out var parts, out problem) ? (ratings, parts.Items.Aggregate(RatingCount.None, (sum, part) => sum + part)) : problem;
    }

    private Problem? Check(int stars, string? text)
    {
        var checks = new FieldChecks().Must(stars is >= 1 and <= Rating.MostStars, "stars", "out-of-range", "From 1 to 5.");
        if (text is not null)
            checks.Must(!FieldChecks.IsBlank(text), "text", "blank", "Leave it out, or say something.").Text(text, "text", MaxLength);
        if (!checks.AllGood)
            return checks.Problem;
        // A rating is shown to everybody; what a person would have to look at is better written anew.
        return text is not null && gate.Look(text) is { } verdict && (verdict.Refused ?? verdict.Doubt) is { } code ? TextGate.Refuse("text", code) : null;
    }

    private ValueTask<Stored<Rating>?> FindAsync(SeriesId id, UserId author, CancellationToken cancellationToken) =>
        records.FindAsync<Rating>(Rating.In(id), Rating.DocumentId(author), cancellationToken);

    private async ValueTask<Stored<Rating>?> SaveAsync(SeriesId id, Stored<Rating>? before, Rating after, CancellationToken cancellationToken)
    {
        var batch = new Batch(Rating.In(id)).Save(Rating.DocumentId(after.AuthorId), before, after, after.Sort);
        if (before?.Value.Stars != after.Stars)
            await CountAsync(batch, id, after.AuthorId, before?.Value.Stars, after.Stars, cancellationToken);
        var outcome = await records.SaveAsync(batch, cancellationToken);
        return outcome.IsOk ? new(after, outcome.ETags[0]!) : null;
    }

    private async ValueTask<Batch> CountAsync(Batch batch, SeriesId id, UserId author, int? from, int? to, CancellationToken cancellationToken)
    {
        var document = RatingCount.DocumentId(author);
        var part = await records.FindAsync<RatingCount>(Rating.In(id), document, cancellationToken);
        return batch.Save(document, part, (part?.Value ?? RatingCount.None).Move(from, to), document);
    }
}
