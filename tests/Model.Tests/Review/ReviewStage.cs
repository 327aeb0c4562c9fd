using System.Security.Cryptography;
using System.Text;
using Media.Tests.Pipeline;
using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;

namespace Model.Tests.Review;

/// <summary>The world of money with what authoring and review need besides: the creators' videos with their files, the revisions that were approved, and moderators.</summary>
public sealed class ReviewStage : IDisposable
{
    private const int VideosEach = 6;

    public static readonly IReadOnlyList<UserId> Moderators = [new("moderator-0"), new("moderator-1"), new("moderator-2")];

    /// <summary>Who decides what is left at the end; nobody's decision before is hers.</summary>
    public static readonly UserId LastModerator = new("moderator-9");

    private static readonly UserId EarlyBuyer = World.Viewers[^1];

    private static readonly byte[] Picture = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Review", "cover.jpg"));

    public ReviewStage()
    {
        World = new(clock => Media = new(new(), clock));
        foreach (var (id, creator, _, video) in World.Series)
        {
            Keep(creator, video, [id]);
            var content = World.Find<PublicSeries>(Series.In(id), PublicSeries.DocumentId)!.Content;
            var cover = new Cover(World.CoverOf(id), id, creator, "cover.jpg", "image/jpeg", Picture.Length, UploadStatus.Ready, new(720, 720, "image/jpeg", Picture.Length), [], World.Now, World.Now);
            // One viewer bought it when another video was in it too, which its creator has taken off sale since.
            var before = World.Records.FindAsync<PublicSeries>(Series.In(id), PublicSeries.DocumentId, CancellationToken.None).AsTask().GetAwaiter().GetResult()!;
            World.Save(new Batch(Series.In(id)).Save(PublicSeries.DocumentId, before, before.Value with { RetiredVideos = [new(Retired(id), "An older bowl", 60_000)] }));
            Keep(creator, Retired(id), [id]);
            World.Save(new Batch(Access.In(EarlyBuyer)).Create(Access.DocumentId(id), Access.Set(null, EarlyBuyer, id, GrantCause.Purchase, $"early-{id}", GrantState.Live, null, World.Now)));
            World.Save(new Batch(Series.In(id))
                .Create(SeriesRevision.DocumentId(1), new SeriesRevision(id, 1, creator, content, World.Now, 0, RevisionChanges.Of(null, content)))
                .Create(Cover.DocumentId(cover.Id), cover, cover.Sort)
                .Emit(new SeriesChanged(id, creator), World.Now));
            World.Save(new Batch(MediaFile.In(cover.Id)).Create(MediaFile.DocumentId, new MediaFile(MediaFile.Covers, id.Value, cover.Id, World.Now, null, Hash(cover.Id))));
            Media.Put(Cover.Blob(cover.Id), Picture);
            var decision = new Decision(Case.IdOf(id, 1), Verdict.Approve, Moderators[0].Value, "texts", "", World.Now);
            var decided = new Case(decision.CaseId, id, creator, 1, content.Title, CaseState.Decided, [], decision, World.Now);
            World.Save(new Batch(Case.In(decided.Id)).Create(Case.DocumentId(decided.Id), decided, decided.Sort).Create(Decision.DocumentId(decided.Id), decision));
        }
        foreach (var creator in World.Creators)
        {
            for (var i = 0; i < VideosEach; i++)
                Keep(creator, new($"vid_{creator}_{i}"), []);
        }
        Watch = new(World);
        foreach (var (id, _, _, video) in World.Series)
            Watch.Promised[(EarlyBuyer, id, $"early-{id}")] = [video, Retired(id)];
        World.Store.Stored = Watch.Saw;
    }

    public World World { get; }

    public MemoryMedia Media { get; private set; } = null!;

    public ReviewWatch Watch { get; }

    public static byte[] CoverOf(ulong number) => [.. Picture, .. BitConverter.GetBytes(number)];

    public static IReadOnlyList<VideoId> VideosOf(UserId creator) =>
        [.. World.Series.Where(series => series.Creator == creator).Select(series => series.Video), .. Enumerable.Range(0, VideosEach).Select(i => new VideoId($"vid_{creator}_{i}"))];

    public void Dispose() => World.Dispose();

    private static VideoId Retired(SeriesId id) => new($"vid_old_{id}");

    private void Keep(UserId creator, VideoId id, IReadOnlyList<SeriesId> usedIn)
    {
        var video = new Video(
            id, creator, "bowl.mp4", "A bowl", "video/mp4", 1, UploadStatus.Ready, new(60_000, 720, 1_280, 0, "h264", "aac", 1, "mp4"), [], usedIn, World.Now, World.Now, null);
        World.Save(new Batch(Video.In(creator)).Create(Video.DocumentId(id), video, video.Sort));
        World.Save(new Batch(MediaFile.In(id.Value)).Create(MediaFile.DocumentId, new MediaFile(MediaFile.Videos, creator.Value, id.Value, World.Now, null, Hash(id.Value))));
        Media.Put(Video.Blob(id), [1]);
    }

    private static string Hash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
