using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace Media.Tests.Pipeline;

/// <summary>The upload pipeline on ports in memory, with a clock and a queue that the test moves: every failure at every moment can be tried.</summary>
public sealed class Bench
{
    public static readonly UserId Creator = new("creator-1");

    private readonly List<(Envelope Envelope, DateTimeOffset DueAt, int Deliveries)> _queue = [];
    private readonly EventDispatcher _dispatcher;
    private readonly DateTimeOffset _start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly SettableClock _clock;

    public Bench(long sliceBytes = 256 << 20)
    {
        _clock = new(_start);
        Options.HashSliceBytes = sliceBytes;
        Documents = new(StoreTrouble, Emitted);
        Media = new(MediaTrouble, _clock);
        Records = new(Documents);
        Files = new(Records, Media);
        Videos = new(Records, _clock, Options);
        Delete = new(Records, Videos, new(Records), _clock);
        Validate = new(Records, Media, Files, _clock, Options, new(), new(), NullLogger<ValidateUpload>.Instance);
        Sweep = new(Records, Files, Media, _clock, Options, NullLogger<SweepMedia>.Instance);
        _dispatcher = new(
            [
                EventRoute.To(Queues.Media, Validate),
                EventRoute.To(Queues.Media, new EndOverdueUpload(Records, Media, _clock, Options)),
                EventRoute.To(Queues.Media, new HashContent(Records, Files, Media, _clock, Options)),
                EventRoute.To(Queues.Media, new ClearDeletedVideo(Files, Media)),
            ],
            _clock, NullLogger<EventDispatcher>.Instance);
    }

    public Trouble StoreTrouble { get; } = new();

    public Trouble MediaTrouble { get; } = new();

    public MediaOptions Options { get; } = new();

    public MemoryDocuments Documents { get; }

    public MemoryMedia Media { get; }

    public Records Records { get; }

    public MediaFiles Files { get; }

    public VideoRecords Videos { get; }

    public DeleteVideo Delete { get; }

    public ValidateUpload Validate { get; }

    public SweepMedia Sweep { get; }

    public TimeProvider Clock => _clock;

    public DateTimeOffset Now => _clock.GetUtcNow();

    public List<Envelope> DeadLetters { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nothing is delivered while this is true.</summary>
    public bool QueueStands { get; set; }

    public static Video NewVideo(string id, long announced, DateTimeOffset now) => new(
        new(id), Creator, "bowl.mp4", "Bowl", "video/mp4", announced, UploadStatus.AwaitingUpload, null, [], [], now, now + TimeSpan.FromHours(24), null);

    /// <summary>A video that was announced, as its use case leaves it.</summary>
    public async Task<Video> AnnounceAsync(long announced, string id = "vid_1")
    {
        var video = NewVideo(id, announced, Now);
        await Records.SaveAsync(
            new Batch(Video.In(Creator)).Create(Video.DocumentId(video.Id), video, video.Sort)
                .Emit(new UploadDue("videos", Creator.Value, id), Now, dueAt: video.UploadExpiresAt),
            Cancel);
        return video;
    }

    public UploadCommitted Put(Video video, byte[] bytes) => new(video.Upload.Name, Media.Put(video.Upload, bytes).ETag);

    public Task TellAsync(UploadCommitted message) =>
        Records.SaveAsync(new Batch(Video.In(Creator)).Emit(message, Now), Cancel).AsTask();

    public async Task<Video?> FindAsync(Video video) => (await Videos.FindAsync(Creator, video.Id, Cancel))?.Value;

    public async Task<MediaFile?> FileAsync(Video video) => (await Files.FindAsync(video.Id.Value, Cancel))?.Value;

    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <summary>Delivers what is due, over and over, until nothing is.</summary>
    public async Task DeliverAsync()
    {
        while (!QueueStands && _queue.FindIndex(message => message.DueAt <= Now) is >= 0 and var next)
        {
            var (envelope, _, deliveries) = _queue[next];
            _queue.RemoveAt(next);
            var handled = await _dispatcher.DispatchAsync(Queues.Media, envelope.ToJson(), deliveries + 1, Cancel);
            if (handled.As == HandledAs.Done)
                continue;
            if (handled.As == HandledAs.Poison || deliveries + 1 == QueueLimits.MaxDeliveries)
                DeadLetters.Add(envelope);
            else
                _queue.Add((envelope, Now + (handled.After ?? TimeSpan.Zero), deliveries + 1));
        }
    }

    /// <summary>Lets time go by in small steps, delivering what comes due.</summary>
    public async Task PassAsync(TimeSpan time, Func<Task>? atEachStep = null)
    {
        var end = Now + time;
        while (true)
        {
            await DeliverAsync();
            if (atEachStep is not null)
                await atEachStep();
            if (Now >= end)
                return;
            Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Accepted with this content, moved, hashed, and nothing else is left of it.</summary>
    public async Task IsReadyAsync(Video video, byte[] bytes)
    {
        var seen = (await FindAsync(video))!;
        Assert.Equal(UploadStatus.Ready, seen.Status);
        Assert.Empty(seen.Problems);
        Assert.Equal(bytes.Length, seen.Facts!.SizeBytes);
        Assert.Equal([Video.Blob(video.Id).ToString()], Media.Names);
        Assert.Equal(bytes, Media.Bytes(Video.Blob(video.Id)));
        var file = (await FileAsync(video))!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
        Assert.Null(file.Hashing);
        Assert.Equal(video.Id.Value, Assert.Single(await Files.SameAsync(file.Sha256!, 10, Cancel)).Id);
        Assert.Empty(DeadLetters);
    }

    private void Emitted(Envelope envelope)
    {
        if (_dispatcher.QueuesFor(envelope.Name).Count > 0)
            _queue.Add((envelope, envelope.DueAt ?? DateTimeOffset.MinValue, 0));
    }

    private sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
