using System.Globalization;
using Model.Tests.Histories;
using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using Verdict = SeriesFunctions.Core.Moderation.Verdict;

namespace Model.Tests.Review;

/// <summary>Does what a step of authoring or review says; time, payments and processes it leaves to the player of money.</summary>
public sealed class ReviewPlayer(ReviewStage stage, Background background)
{
    private readonly World _world = stage.World;
    private readonly Player _money = new(stage.World, background);

    private List<VideoId> Retired(UserId creator) =>
    [
        .. stage.Watch.Series.Where(id => stage.Watch.OwnerOf(id) == creator)
            .SelectMany(id => _world.Find<PublicSeries>(Series.In(id), PublicSeries.DocumentId)?.RetiredVideos ?? []).Select(retired => retired.Id),
    ];

    public void Play(Step step, Dice dice)
    {
        var instance = _world.Instance(dice.Roll(2));
        var series = stage.Watch.Series[step.A % stage.Watch.Series.Count];
        var owner = stage.Watch.OwnerOf(series);
        switch (step.Act)
        {
            case Act.NewSeries:
                New(step, instance);
                break;
            case Act.Edit:
                _world.Begin("edit", instance, async () =>
                {
                    if (await instance.Get<SeriesRecords>().FindAsync(series, CancellationToken.None) is { } read)
                        await EditAsync(instance, read, owner, step);
                });
                break;
            case Act.TwoEditors:
                TwoEditors(series, owner, step);
                break;
            case Act.UploadCover:
                Upload(instance, series, owner, step);
                break;
            case Act.Submit:
                _world.Begin("submit", instance, async () => await instance.Get<SubmitSeries>().HandleAsync(series, owner, CancellationToken.None));
                break;
            case Act.List:
                _world.Begin("list", instance, async () => await instance.Get<ListSeries>().HandleAsync(series, owner, listed: step.B % 3 != 0, CancellationToken.None));
                break;
            case Act.Delete:
                _world.Begin("delete", instance, async () =>
                {
                    if (await instance.Get<SeriesRecords>().FindAsync(series, CancellationToken.None) is { } read)
                        await instance.Get<DeleteSeries>().HandleAsync(series, owner, read.ETag, CancellationToken.None);
                });
                break;
            case Act.DeleteVideo:
                var creator = World.Creators[step.A % World.Creators.Count];
                // Half of the time one that is on sale no longer and that somebody may have bought: there the rule is.
                var video = step.Dice % 2 == 0 && Retired(creator) is { Count: > 0 } retired ? Of(retired, step.B) : Of(ReviewStage.VideosOf(creator), step.B);
                _world.Begin("delete video", instance, async () =>
                {
                    if (await instance.Get<VideoRecords>().FindAsync(creator, video, CancellationToken.None) is not { } read)
                        return;
                    var refused = (await instance.Get<DeleteVideo>().HandleAsync(creator, video, read.ETag, CancellationToken.None)).Problem;
                    var bought = stage.Watch.Promised.Any(promise => promise.Value.Contains(video));
                    stage.Watch.Seen.Add($"Delete video {refused?.Code ?? (bought ? "bought" : "gone")}");
                });
                break;
            case Act.Report:
                var reason = (ReportReason)(step.Dice % 11);
                _world.Begin("report", instance, async () =>
                    await instance.Get<FileReport>().HandleAsync(Of(World.Viewers, step.B), new(series, null, reason, "Look at this."), CancellationToken.None));
                break;
            case Act.Claim or Act.Decide or Act.TwoModerators:
                OnCase(step, instance);
                break;
            case Act.Appeal:
                _world.Begin("appeal", instance, async () => await instance.Get<AppealDecision>().HandleAsync(series, owner, $"It is fine, {step.B % 3}.", CancellationToken.None));
                break;
            case Act.PlatformStrike:
                var struck = World.Creators[step.A % World.Creators.Count];
                var at = _world.Now;
                _world.Begin("strike", instance, async () =>
                    await instance.Get<ReportStrike>().HandleAsync(struck, StrikeSources.Platform, $"p{step.B % 2}", at, "spam", withdrawn: step.B % 4 < 2, at, about: null, CancellationToken.None));
                break;
            case Act.Buy:
                Buy(instance, series, Of(World.Viewers, step.B), step.Dice % 6);
                break;
            default:
                _money.Play(step, dice);
                break;
        }
    }

    public void Replay(Instance instance) => _money.Replay(instance);

    public void Decide(Case waiting, UserId moderator, Dice dice, Instance instance, Action<Verdict>? told = null)
    {
        var roll = dice.Roll(100);
        var verdict = waiting.Kind switch
        {
            CaseKind.Appeal => roll < 60 ? Verdict.Reverse : Verdict.Uphold,
            CaseKind.Reports => roll < 35 ? Verdict.Approve : roll < 65 ? Verdict.RequestChanges : Verdict.Remove,
            _ => roll < 60 ? Verdict.Approve : roll < 82 ? Verdict.RequestChanges : Verdict.Remove,
        };
        var removes = verdict == Verdict.Remove;
        var decision = new NewDecision(
            verdict, "texts", "As it says.", removes && dice.Roll(3) == 0 ? BuyersAfter.Withhold : null, removes ? dice.Roll(3) == 0 : null, removes ? dice.Roll(5) == 0 : null);
        _world.Begin("decide", instance, async () =>
        {
            if ((await instance.Get<DecideCase>().HandleAsync(waiting.Id, moderator, decision, CancellationToken.None)).IsOk(out var decided, out _))
                told?.Invoke(decided.Decision!.Verdict);
        });
    }

    private void OnCase(Step step, Instance instance)
    {
        var open = stage.Watch.Cases.Where(waiting => waiting.State == CaseState.Open).ToList();
        if (open.Count == 0)
            return;
        var waiting = open[step.A % open.Count];
        var moderator = Of(ReviewStage.Moderators, step.B);
        var dice = new Dice(step.Dice);
        if (step.Act == Act.Claim)
        {
            _world.Begin("claim", instance, async () => await instance.Get<ClaimCase>().HandleAsync(waiting.Id, moderator, CancellationToken.None));
            return;
        }
        if (step.Act == Act.Decide)
        {
            Decide(waiting, moderator, dice, instance);
            return;
        }
        var verdicts = new HashSet<Verdict>();
        for (var i = 0; i < 2; i++)
        {
            Decide(waiting, Of(ReviewStage.Moderators, step.B + i), dice, _world.Instance(i), verdict =>
            {
                verdicts.Add(verdict);
                if (verdicts.Count > 1)
                    _world.Violated($"Two moderators decided {waiting.Id} in two ways.");
            });
        }
    }

    private void New(Step step, Instance instance)
    {
        var creator = World.Creators[step.A % World.Creators.Count];
        var first = step.B % 3 == 0 ? null : new FirstVideo(Of(ReviewStage.VideosOf(creator), step.B), null);
        var key = $"series-{step.Dice % 50}";
        _world.Begin("new series", instance, async () =>
        {
            if ((await instance.Get<IdempotencyClaims>().LookUpAsync(creator, "CreateSeries", key, $"{first?.Id}", CancellationToken.None)).IsOk(out var claimed, out _))
                await instance.Get<CreateSeries>().HandleAsync(creator, new("Glazes", "Ash and iron.", Money.Usd(499), null, null), first, claimed, CancellationToken.None);
        });
    }

    private static async Task<bool> EditAsync(Instance instance, Stored<Series> read, UserId owner, Step step)
    {
        var edit = instance.Get<EditSeries>();
        var (id, etag, draft) = (read.Value.Id, read.ETag, read.Value.Draft);
        var number = step.Dice % 40;
        var own = draft.Videos.Count == 0 ? default : Of(draft.Videos, (int)number).Id;
        return (step.B % 8) switch
        {
            0 => (await edit.PatchAsync(id, owner, etag, Patch() with { Title = $"Bowls {number}" }, CancellationToken.None)).Problem is null,
            1 => (await edit.PatchAsync(id, owner, etag, Patch() with { Description = $"Clay number {number}." }, CancellationToken.None)).Problem is null,
            2 when own.Value is not null => (await edit.PatchAsync(id, owner, etag, number % 3 == 0 ? Patch() with { ClearPreview = true } : Patch() with { PreviewVideoId = own }, CancellationToken.None)).Problem is null,
            3 when own.Value is not null => (await edit.DetachAsync(id, owner, etag, own, CancellationToken.None)).Problem is null,
            4 when own.Value is not null => (await edit.RetitleAsync(id, owner, etag, own, $"Part {number}", CancellationToken.None)).Problem is null,
            5 => (await edit.ReorderAsync(id, owner, etag, [.. draft.Videos.Reverse().Select(video => video.Id)], CancellationToken.None)).Problem is null,
            _ => (await edit.AttachAsync(id, owner, Of(ReviewStage.VideosOf(owner), (int)number), $"Piece {number}", number % 2 == 0 ? 0 : null, CancellationToken.None)).Problem is null,
        };
    }

    private static SeriesPatch Patch() => new(null, null, null, null, null, false);

    /// <summary>Both read the same; one wins, and the other is told.</summary>
    private void TwoEditors(SeriesId id, UserId owner, Step step)
    {
        if (_world.Records.FindAsync<Series>(Series.In(id), Series.DocumentId, CancellationToken.None).AsTask().GetAwaiter().GetResult() is not { } read)
            return;
        var won = 0;
        for (var i = 0; i < 2; i++)
        {
            var (instance, title) = (_world.Instance(i), string.Create(CultureInfo.InvariantCulture, $"Editor {i} {step.Dice % 1_000}"));
            _world.Begin("edit too", instance, async () =>
            {
                var edited = await instance.Get<EditSeries>().PatchAsync(id, owner, read.ETag, Patch() with { Title = title }, CancellationToken.None);
                if (edited.IsOk(out var after, out _) && after.ETag != read.ETag && ++won > 1)
                    _world.Violated($"Two editors of {id} with one etag both won.");
            });
        }
    }

    private void Upload(Instance instance, SeriesId series, UserId owner, Step step)
    {
        var bytes = ReviewStage.CoverOf(step.Dice % 8);
        var key = $"cover-{step.Dice % 1_000}";
        _world.Begin("upload cover", instance, async () =>
        {
            if (!(await instance.Get<IdempotencyClaims>().LookUpAsync(owner, "AnnounceCover", key, series.Value, CancellationToken.None)).IsOk(out var claimed, out _)
                || !(await instance.Get<AnnounceCover>().HandleAsync(series, owner, new("cover.jpg", bytes.Length, "image/jpeg"), claimed, CancellationToken.None)).IsOk(out var announced, out _))
                return;
            await instance.Get<UploadEvents>().TellAsync(stage.Media.Put(announced.Cover.Upload, bytes), CancellationToken.None);
        });
    }

    private void Buy(Instance instance, SeriesId series, UserId viewer, ulong number)
    {
        var key = $"{viewer}-{series}-{number}";
        _world.Begin("buy", instance, async () =>
        {
            if ((await instance.Get<IdempotencyClaims>().LookUpAsync(viewer, "StartCheckout", key, series.Value, CancellationToken.None)).IsOk(out var claimed, out _))
                await instance.Get<StartCheckout>().HandleAsync(series, viewer, new("https://app.example/ok", "https://app.example/back", null, null, null), claimed, CancellationToken.None);
        });
    }

    private static T Of<T>(IReadOnlyList<T> from, int number) => from[number % from.Count];
}
