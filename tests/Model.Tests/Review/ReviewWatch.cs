using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation;
using Partition = SeriesFunctions.Core.Documents.Partition;
using Verdict = SeriesFunctions.Core.Moderation.Verdict;

namespace Model.Tests.Review;

/// <summary>
/// Sees every batch as it is stored and objects to what no later write can make good: something on sale that nobody approved, a revision or a decision that is written again, a case
/// that covers anything but what changed, a video that was on sale and is nowhere.
/// </summary>
public sealed class ReviewWatch
{
    private readonly World _world;
    private readonly Dictionary<SeriesId, Series> _heads = [];
    private readonly Dictionary<SeriesId, PublicSeries> _shown = [];
    private readonly Dictionary<CaseId, Case> _cases = [];

    public ReviewWatch(World world)
    {
        _world = world;
        foreach (var (id, _, _, _) in World.Series)
        {
            Series.Add(id);
            _heads[id] = world.Find<Series>(SeriesFunctions.Core.Catalog.Series.In(id), SeriesFunctions.Core.Catalog.Series.DocumentId)!;
            _shown[id] = world.Find<PublicSeries>(SeriesFunctions.Core.Catalog.Series.In(id), PublicSeries.DocumentId)!;
            var approved = Case.IdOf(id, 1);
            _cases[approved] = world.Find<Case>(Case.In(approved), Case.DocumentId(approved))!;
        }
    }

    /// <summary>Every series that there ever was, in the order in which they were made.</summary>
    public List<SeriesId> Series { get; } = [];

    /// <summary>Every case in the order in which they were opened, each as it is now.</summary>
    public IEnumerable<Case> Cases => Opened.Select(id => _cases[id]);

    public List<CaseId> Opened { get; } = [];

    /// <summary>What a buyer could watch when she got a grant: each video is hers to watch for as long as that is live.</summary>
    public Dictionary<(UserId Viewer, SeriesId Series, string Cause), HashSet<VideoId>> Promised { get; } = [];

    public HashSet<VideoId> PromisedBy(Access access) =>
        [.. access.Grants.Where(grant => grant.State == GrantState.Live).SelectMany(grant => Promised.GetValueOrDefault((access.ViewerId, access.SeriesId, grant.CauseId)) ?? [])];

    /// <summary>Ways that series went, and what was decided.</summary>
    public HashSet<string> Seen { get; } = [];

    public UserId OwnerOf(SeriesId id) => _heads[id].CreatorId;

    public Case? CaseOf(CaseId id) => _cases.GetValueOrDefault(id);

    public void Saw(Partition partition, IReadOnlyList<Write> writes)
    {
        foreach (var write in writes)
        {
            var id = write switch
            {
                Write.Create create => create.Id,
                Write.Replace replace => replace.Id,
                Write.Put put => put.Id,
                _ => null,
            };
            if (id is null)
                continue;
            if (partition.Key.StartsWith("series|", StringComparison.Ordinal) && id == SeriesFunctions.Core.Catalog.Series.DocumentId)
                Head(_world.Find<Series>(partition, id)!);
            else if (id == PublicSeries.DocumentId)
                Shown(_world.Find<PublicSeries>(partition, id)!);
            else if (id.StartsWith("revision|", StringComparison.Ordinal))
                Submitted(_world.Find<SeriesRevision>(partition, id)!, write is Write.Create);
            else if (id.StartsWith("decision|", StringComparison.Ordinal) && write is not Write.Create)
                _world.Violated($"{id} was written again.");
            else if (id.StartsWith("case|", StringComparison.Ordinal) && partition.Key.StartsWith("cases|", StringComparison.Ordinal))
                Opens(_world.Find<Case>(partition, id)!);
            else if (id.StartsWith("access|", StringComparison.Ordinal))
                Access(_world.Find<Access>(partition, id)!);
        }
    }

    private void Head(Series now)
    {
        if (!_heads.TryGetValue(now.Id, out var before))
            Series.Add(now.Id);
        else if (now.Version != before.Version + 1)
            _world.Violated($"{now.Id} went from version {before.Version} to {now.Version}: somebody's change was lost.");
        else if (SeriesLife.PhaseOf(before) != SeriesLife.PhaseOf(now))
            Seen.Add($"{SeriesLife.PhaseOf(before)} → {SeriesLife.PhaseOf(now)}");
        _heads[now.Id] = now;
    }

    private void Shown(PublicSeries now)
    {
        var revision = _world.Find<SeriesRevision>(SeriesFunctions.Core.Catalog.Series.In(now.Id), SeriesRevision.DocumentId(now.Revision));
        if (revision is null || !Same(revision.Content, now.Content))
            _world.Violated($"{now.Id} shows {now.Content.Title} as revision {now.Revision}, which is {revision?.Content.Title}.");
        if (_shown.GetValueOrDefault(now.Id) is { } before)
        {
            if (now.Revision < before.Revision)
                _world.Violated($"{now.Id} shows revision {now.Revision} again after {before.Revision}.");
            foreach (var lost in before.Content.Videos.Concat(before.RetiredVideos).Where(video => now.Find(video.Id) is null))
                _world.Violated($"{lost.Id} was on sale in {now.Id} and is nowhere in revision {now.Revision}.");
        }
        if (now.Revision != _shown.GetValueOrDefault(now.Id)?.Revision && CaseOf(Case.IdOf(now.Id, now.Revision)) is not ({ Decision.Verdict: Verdict.Approve } or { OverturnedBy: not null }))
            _world.Violated($"{now.Id} shows revision {now.Revision}, which nobody approved.");
        _shown[now.Id] = now;
    }

    /// <summary>What is in the case is what differs from what is approved, no more and no less; worked out here in another way.</summary>
    private void Submitted(SeriesRevision now, bool isNew)
    {
        if (!isNew)
            _world.Violated($"Revision {now.Number} of {now.SeriesId} was written again.");
        if (now.BasedOn != (_shown.GetValueOrDefault(now.SeriesId)?.Revision ?? 0))
            _world.Violated($"Revision {now.Number} of {now.SeriesId} is compared with {now.BasedOn}.");
        var before = now.BasedOn == 0 ? null : _world.Find<SeriesRevision>(SeriesFunctions.Core.Catalog.Series.In(now.SeriesId), SeriesRevision.DocumentId(now.BasedOn))!.Content;
        var told = now.Changes!;
        var rebuilt = Rebuild(before ?? new("", "", "", null, null, []), told);
        var sameVideos = rebuilt.Videos.Select(video => (video.Id, video.Title)).ToHashSet().SetEquals(now.Content.Videos.Select(video => (video.Id, video.Title)));
        if (!sameVideos || rebuilt with { Videos = now.Content.Videos } != now.Content)
            _world.Violated($"Revision {now.Number} of {now.SeriesId} changes more than its case says.");
        var kept = (before?.Videos ?? []).Select(video => video.Id).Where(id => now.Content.Videos.Any(video => video.Id == id)).ToList();
        if (told.Added.Any(video => kept.Contains(video.Id)) || told.Reordered == kept.SequenceEqual(now.Content.Videos.Select(video => video.Id).Where(kept.Contains))
            || before is not null && told.Title is not null && before.Title == now.Content.Title)
            _world.Violated($"Revision {now.Number} of {now.SeriesId} has what is approved already reviewed again.");
    }

    /// <summary>What was approved, with the changes made to it; the order of the videos left open.</summary>
    private static SeriesContent Rebuild(SeriesContent old, RevisionChanges changes) => old with
    {
        Title = changes.Title?.After ?? old.Title,
        Description = changes.Description?.After ?? old.Description,
        Category = changes.Category?.After ?? old.Category,
        CoverId = changes.Cover is null ? old.CoverId : changes.Cover.After,
        PreviewVideoId = changes.Preview is null ? old.PreviewVideoId : changes.Preview.After is { } preview ? new(preview) : null,
        Videos =
        [
            .. old.Videos.Where(video => changes.Removed.All(gone => gone.Id != video.Id))
                .Select(video => changes.Retitled.FirstOrDefault(retitled => retitled.Id == video.Id) is { } other ? video with { Title = other.After } : video),
            .. changes.Added,
        ],
    };

    private void Opens(Case now)
    {
        if (_cases.TryGetValue(now.Id, out var before))
        {
            if (before.State == CaseState.Decided && (now.State != CaseState.Decided || now.Decision != before.Decision))
                _world.Violated($"What was decided about {now.Id} is another decision by now.");
        }
        else
        {
            Opened.Add(now.Id);
        }
        if (now.Decision is { } decision && before?.Decision is null)
            Seen.Add($"{now.Kind} {decision.Verdict}");
        _cases[now.Id] = now;
    }

    private void Access(Access now)
    {
        foreach (var grant in now.Grants)
        {
            var key = (now.ViewerId, now.SeriesId, grant.CauseId);
            // An operator has one grant, which begins anew; a purchase that is live again is the one of before.
            if (grant is { State: GrantState.Revoked, Cause: GrantCause.Operator })
                Promised.Remove(key);
            else if (grant.State == GrantState.Live && _shown.GetValueOrDefault(now.SeriesId) is { } shown)
                Promised.TryAdd(key, [.. shown.Content.Videos.Select(video => video.Id)]);
        }
    }

    public static bool Same(SeriesContent one, SeriesContent other) => one with { Videos = other.Videos } == other && one.Videos.SequenceEqual(other.Videos);
}
