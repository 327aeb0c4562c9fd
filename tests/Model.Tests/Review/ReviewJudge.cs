using System.Text;
using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using Verdict = SeriesFunctions.Core.Moderation.Verdict;

namespace Model.Tests.Review;

/// <summary>Compares what is stored at the end of a history with what the cases say, and with the rules. Knows nothing of how the product got there.</summary>
public sealed class ReviewJudge(ReviewStage stage, Background background)
{
    private readonly World _world = stage.World;

    private IEnumerable<Case> Standing(Func<Decision, bool> which) => stage.Watch.Cases.Where(decided => decided is { Decision: { } made, OverturnedBy: null } && which(made));

    /// <summary>After the history was drained and every case decided.</summary>
    public void Decide()
    {
        foreach (var id in stage.Watch.Series)
            Series(id);
        foreach (var creator in World.Creators)
            Strikes(creator);
        Bans();
        Reports();
        Watching();
        foreach (var letter in _world.Queue.DeadLetters)
            _world.Violated($"A dead letter is left: {letter.Queue} {letter.Reason}: {Encoding.UTF8.GetString(letter.Body.Span)}");
    }

    private void Series(SeriesId id)
    {
        var head = _world.Find<Series>(SeriesFunctions.Core.Catalog.Series.In(id), SeriesFunctions.Core.Catalog.Series.DocumentId);
        var shown = _world.Find<PublicSeries>(SeriesFunctions.Core.Catalog.Series.In(id), PublicSeries.DocumentId);
        var removals = Standing(decision => decision.Verdict == Verdict.Remove).Where(decided => decided.SeriesId == id).ToList();
        var entry = _world.All<CatalogEntry>("catalog|all", "new|").FirstOrDefault(listed => listed.SeriesId == id);
        if (head is null)
        {
            if (shown is { DeletedAt: null } || entry is not null)
                _world.Violated($"{id} was deleted and is still shown.");
            return;
        }
        if (head.DraftState == DraftState.InReview && head.State != SeriesState.Removed)
            _world.Violated($"{id} is stuck in review.");
        if (head.State == SeriesState.Removed != removals.Count > 0)
            _world.Violated($"{id} is {head.State}, and {(removals.Count > 0 ? $"{removals[0].Id} removed it" : "no decision removes it")}.");
        var approved = Approved(id).ToList();
        var must = approved.Where(decided => decided.Decision!.Verdict == Verdict.Approve).Select(decided => decided.Revision).DefaultIfEmpty(0).Max();
        if (shown is null ? must > 0 && head.State != SeriesState.Removed : approved.All(decided => decided.Revision != shown.Revision) || shown.Revision < must && head.State != SeriesState.Removed)
            _world.Violated($"{id} shows revision {shown?.Revision}; {must} was approved last.");
        if (shown is not null)
        {
            if (shown.State != head.State || shown.Withheld != removals.Any(decided => decided.Decision!.Buyers == BuyersAfter.Withhold))
                _world.Violated($"{id} is {head.State} to its creator and {shown.State} to shoppers, {(shown.Withheld ? "" : "not ")}withheld.");
            if (shown.Content.CoverId is { } cover && stage.Media.Bytes(Cover.Blob(cover)) is null)
                _world.Violated($"The cover {cover} of {id} is gone.");
            foreach (var video in shown.Content.Videos.Where(video => stage.Media.Bytes(Video.Blob(video.Id)) is null))
                _world.Violated($"The file of {video.Id}, which is on sale in {id}, is gone.");
        }
        if (entry?.Title != (shown is { State: SeriesState.Published } ? shown.Content.Title : null))
            _world.Violated($"The catalogue lists {id} as {entry?.Title}; shoppers see {shown?.Content.Title}, {shown?.State}.");
        if (_world.Find<SeriesCases>(Case.In(id), SeriesCases.DocumentId(id)) is { Open: [var open, ..] })
            _world.Violated($"The index says that {open} is open.");
    }

    /// <summary>Cases whose revision may be on sale: approved, or sent back by a decision that was reversed.</summary>
    private IEnumerable<Case> Approved(SeriesId id) =>
        stage.Watch.Cases.Concat(World.Series.Where(series => series.Id == id).Select(series => stage.Watch.CaseOf(Case.IdOf(series.Id, 1))!))
            .Where(decided => decided.SeriesId == id && decided is { Kind: CaseKind.Submission } and ({ Decision.Verdict: Verdict.Approve } or { OverturnedBy: not null }));

    private void Strikes(UserId creator)
    {
        var removals = Standing(decision => decision.Strike && _world.Now < decision.At + World.StrikeWindow).Where(decided => decided.CreatorId == creator).ToList();
        var expected = removals.Select(decided => decided.Id.Value).ToHashSet();
        var kept = _world.Find<CreatorStanding>(CreatorStanding.In(creator), CreatorStanding.DocumentId)!;
        var counted = (kept.Strikes ?? []).Where(strike => !strike.Withdrawn && _world.Now < strike.At + World.StrikeWindow).ToList();
        if (!expected.SetEquals(counted.Where(strike => strike.Source == StrikeSources.Moderation).Select(strike => strike.Id)))
            _world.Violated($"{creator} has strikes for {string.Join(", ", counted.Select(strike => strike.Id))}; removals that stand are {string.Join(", ", expected)}.");
        ProgrammeStatus? status = null;
        var instance = _world.Instance(0);
        Ask("standing", async () => status = (await instance.Get<ShowMyStanding>().HandleAsync(creator, CancellationToken.None)).Status);
        // Two decisions that both removed one series are one strike.
        var strikes = removals.Select(decided => decided.SeriesId).Distinct().Count() + counted.Count(strike => strike.Source == StrikeSources.Platform);
        if (status != (strikes >= 3 ? ProgrammeStatus.Suspended : ProgrammeStatus.Approved))
            _world.Violated($"{creator} has {strikes} strikes and is {status}.");
    }

    private void Bans()
    {
        var expected = Standing(decision => decision.BanFiles).SelectMany(FilesOf).ToHashSet();
        var banned = _world.All<KnownBadFile>("known-bad", "banned|").Select(file => file.Sha256.Value).ToHashSet();
        if (!expected.SetEquals(banned))
            _world.Violated($"{banned.Count} files are banned; by the decisions that stand it should be {expected.Count}.");
    }

    /// <summary>The hashes of a case's revision, as far as its files are still there.</summary>
    private IEnumerable<string> FilesOf(Case decided)
    {
        var content = _world.Find<SeriesRevision>(SeriesFunctions.Core.Catalog.Series.In(decided.SeriesId), SeriesRevision.DocumentId(decided.Revision))!.Content;
        // What was written when the decision was followed: its files may have gone since.
        var noted = _world.Find<BannedByCase>(KnownBadFile.In, BannedByCase.DocumentId(decided.Id));
        if (noted is null)
            _world.Violated($"Nobody banned the files of {decided.Id}.");
        foreach (var id in content.Videos.Select(video => video.Id.Value).Append(content.CoverId!))
        {
            if (_world.Find<MediaFile>(MediaFile.In(id), MediaFile.DocumentId)?.Sha256 is { } sha256 && noted?.Files.Contains(sha256) == false)
                _world.Violated($"{id} of {decided.Id} was not banned.");
        }
        return noted?.Files ?? [];
    }

    /// <summary>Each report has the outcome that its case's decision gives it, and each reporter's record is what they add up to.</summary>
    private void Reports()
    {
        foreach (var viewer in World.Viewers)
        {
            var reports = _world.All<Report>(Report.In(viewer).Key, "report|");
            foreach (var report in reports)
            {
                var gathered = _world.Find<GatheredReport>(Case.In(report.SeriesId), GatheredReport.DocumentId(report.Id));
                var of = gathered is null ? null : stage.Watch.CaseOf(gathered.CaseId);
                ReportOutcome? expected = of is null ? null : of is { OverturnedBy: null, Decision.Verdict: not Verdict.Approve } ? ReportOutcome.Confirmed : ReportOutcome.Dismissed;
                if (report.Outcome != expected)
                    _world.Violated($"{report.Id} is {report.Outcome}; {of?.Id} makes it {expected}.");
            }
            var record = _world.Find<Reporter>(Report.In(viewer), Reporter.DocumentId);
            if (record is not null && (record.Confirmed, record.Dismissed) != (reports.Count(report => report.Outcome == ReportOutcome.Confirmed), reports.Count(report => report.Outcome == ReportOutcome.Dismissed)))
                _world.Violated($"{viewer} was right {record.Confirmed} times and wrong {record.Dismissed} times, and her reports say something else.");
        }
    }

    /// <summary>Whoever has access watches what is on sale and what she could watch when she got it, unless it is withheld; and nobody watches anything else but a preview.</summary>
    private void Watching()
    {
        foreach (var id in stage.Watch.Series)
        {
            if (_world.Find<PublicSeries>(SeriesFunctions.Core.Catalog.Series.In(id), PublicSeries.DocumentId) is not { } shown)
                continue;
            foreach (var viewer in World.Viewers)
            {
                var access = _world.Find<Access>(Access.In(viewer), Access.DocumentId(id));
                var live = access?.IsLive == true;
                var promised = access is null ? [] : stage.Watch.PromisedBy(access);
                var everybodys = shown.Content.Videos.Concat(shown.RetiredVideos.Where(video => video.RetiredAt is null)).Select(video => video.Id).ToHashSet();
                foreach (var video in everybodys.Union(promised).Union(shown.RetiredVideos.Select(video => video.Id)))
                {
                    var may = !shown.Withheld && (live && (everybodys.Contains(video) || promised.Contains(video)) || shown.State == SeriesState.Published && shown.Content.PreviewVideoId == video);
                    var watched = false;
                    var instance = _world.Instance(0);
                    Ask("watch", async () => watched = (await instance.Get<StartPlayback>().HandleAsync(id, video, viewer, isModerator: false, CancellationToken.None)).Problem is null);
                    if (watched != may)
                        _world.Violated($"{viewer} {(live ? "has" : "has no")} access to {id} and {(watched ? "watches" : "can't watch")} {video}.");
                    else if (watched && stage.Media.Bytes(Video.Blob(video)) is null)
                        _world.Violated($"{viewer} may watch {video} of {id}, and its file is gone.");
                }
            }
        }
    }

    private void Ask(string what, Func<Task> question)
    {
        _world.Begin(what, _world.Instance(0), question);
        background.Run(1_000, new(1), faultsPerMille: 0);
    }
}
