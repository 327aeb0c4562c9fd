using Model.Tests.Memory;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Local.Clock;

namespace Model.Tests.Running;

/// <summary>
/// What a history happens in: one store, one queue, one provider, one clock, and two instances of the app over them that share nothing else.
/// </summary>
public sealed class World : IDisposable
{
    /// <summary>Odd on purpose, so that commissions have to be rounded.</summary>
    public const int CommissionBasisPoints = 1_525;

    /// <summary>In cents, and so little that creators who sell a few are paid.</summary>
    public const long PayoutMinimum = 700;

    /// <summary>So short that a history outlives it.</summary>
    public static readonly TimeSpan StrikeWindow = TimeSpan.FromHours(3);

    public static readonly DateTimeOffset Start = new(2026, 1, 30, 22, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<UserId> Viewers = [new("viewer-0"), new("viewer-1"), new("viewer-2"), new("viewer-3")];

    public static readonly IReadOnlyList<UserId> Creators = [new("creator-0"), new("creator-1")];

    /// <summary>Prices that leave half a cent at some percents.</summary>
    public static readonly IReadOnlyList<(SeriesId Id, UserId Creator, Money Price, VideoId Video)> Series =
    [
        (new("ser_0"), Creators[0], Money.Usd(999), new("vid_0")), (new("ser_1"), Creators[0], Money.Usd(1_499), new("vid_1")), (new("ser_2"), Creators[1], Money.Usd(299), new("vid_2")),
    ];

    public static string CoverOf(SeriesId id) => "cov_" + id.Value[4..];

    private readonly Instance[] _instances = new Instance[2];

    /// <param name="media">Null: <see cref="NoMedia"/>.</param>
    public World(Func<TimeProvider, SeriesFunctions.Core.Media.IMediaStore>? media = null)
    {
        Clock = new(new StoppedClock(Start));
        Store = new(Clock);
        Queue = new(Clock);
        Provider = new(Clock) { LateFees = true, CreditsWhatIsToCome = Mutated.CreditsWhatIsToCome };
        Media = media?.Invoke(Clock) ?? new NoMedia();
        Records = new(Store);
        Scheduler.Ended = Note;
        for (var i = 0; i < _instances.Length; i++)
            _instances[i] = NewInstance(i);
        Seed();
        Watch = new(this);
        Store.Stored = Watch.Saw;
    }

    public HostClock Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public MemoryDocumentStore Store { get; }

    public MemoryMessageQueue Queue { get; }

    public MemoryProvider Provider { get; }

    public SeriesFunctions.Core.Media.IMediaStore Media { get; }

    /// <summary>Reads what is stored past the instances, for those who judge.</summary>
    public Records Records { get; }

    public Scheduler Scheduler { get; } = new();

    public Watch Watch { get; }

    /// <summary>What must not be and is.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What happened that a campaign is to have seen.</summary>
    public HashSet<string> Seen { get; } = [];

    public bool IsAlive(int number) => !_instances[number].IsGone;

    /// <summary>The instance with this number; where it has crashed, the one that is started in its place.</summary>
    public Instance Instance(int number)
    {
        number %= _instances.Length;
        if (_instances[number].IsGone)
        {
            _instances[number].Dispose();
            _instances[number] = NewInstance(number);
        }
        return _instances[number];
    }

    public void Begin(string name, Instance instance, Func<Task> work, string? about = null) =>
        Scheduler.Start(new(name, instance, Now) { About = about }, work);

    public void Violated(string what) => Violations.Add(what);

    public T? Find<T>(Partition partition, string id)
        where T : class => Records.FindAsync<T>(partition, id, CancellationToken.None).AsTask().GetAwaiter().GetResult()?.Value;

    /// <summary>Every stored record whose partition and sort key start like this.</summary>
    public IReadOnlyList<T> All<T>(string partition, string sort)
        where T : class =>
        [.. Store.All().Where(at => at.Partition.Key.StartsWith(partition, StringComparison.Ordinal) && at.Sort?.StartsWith(sort, StringComparison.Ordinal) == true).Select(at => Find<T>(at.Partition, at.Id)!)];

    /// <summary>The sweeps of a shop that has been running: they need not look back for days, hour by hour.</summary>
    public void SweptUntil(DateTimeOffset at)
    {
        foreach (var kind in Enum.GetNames<SeriesFunctions.Core.Messaging.DueKind>())
            Save(new Batch(new("due")).Put($"mark|{kind.ToLowerInvariant()}", new SeriesFunctions.Core.Messaging.SweepMark(at)));
    }

    /// <summary>How much of a series somebody has watched, in basis points, as whoever keeps it writes it.</summary>
    public int WatchedOf(UserId viewer, SeriesId series) => Find<WatchedShare>(Access.In(viewer), WatchedShare.DocumentId(series))?.BasisPoints ?? 0;

    public void Watched(UserId viewer, SeriesId series, int basisPoints) =>
        Save(new Batch(Access.In(viewer)).Put(WatchedShare.DocumentId(series), new WatchedShare(basisPoints)));

    /// <summary>They have a series, past the shop.</summary>
    public void Admit(IEnumerable<UserId> viewers, SeriesId series)
    {
        foreach (var viewer in viewers)
        {
            var access = Access.Set(null, viewer, series, GrantCause.Purchase, $"pur_{viewer}", GrantState.Live, null, Now);
            Save(new Batch(Access.In(viewer)).Create(Access.DocumentId(series), access, access.Sort));
        }
    }

    /// <summary>Stores what others have written, past the instances.</summary>
    public void Save(Batch batch)
    {
        if (!Records.SaveAsync(batch, CancellationToken.None).AsTask().GetAwaiter().GetResult().IsOk)
            throw new InvalidOperationException($"{batch.Partition} could not be stored.");
    }

    /// <summary>What the latest comparison of each day reported.</summary>
    public IReadOnlyList<Difference> Differences() =>
        [.. All<Reconciliation>(Reconciliation.In.Key, "day|").SelectMany(report => All<Difference>(Difference.In(report.Day, report.Run).Key, ""))];

    /// <summary>What people have and are owed, each record with its version; keys of requests, and marks of uses that were given back, are forgotten after a while.</summary>
    public IReadOnlyList<string> Belongings() =>
    [
        .. Store.All()
            .Where(at => at.Partition.Key.StartsWith("ledger|", StringComparison.Ordinal)
                || at.Partition.Key.StartsWith("viewer|viewer", StringComparison.Ordinal) && !at.Id.StartsWith("idem|", StringComparison.Ordinal)
                || at.Partition.Key.StartsWith("code|", StringComparison.Ordinal) && !(at.Id.StartsWith("paid|", StringComparison.Ordinal) && Find<CodePaid>(at.Partition, at.Id)?.ReleasedAt is not null))
            .Select(at => $"{at.Partition.Key} {at.Id} {Store.FindAsync(at.Partition, at.Id, CancellationToken.None).AsTask().GetAwaiter().GetResult()?.ETag}"),
    ];

    public void Dispose()
    {
        foreach (var instance in _instances)
            instance.Dispose();
    }

    private Instance NewInstance(int number) => new(
        number, Scheduler, Clock, Mutated.Store(Store), Queue, Mutated.Payments(new MemoryPaymentGateway(Provider), Provider, Scheduler), new MemorySubscriptionGateway(Provider, () => Scheduler.Now), Media);

    /// <summary>A moment between any two operations, so that what they make sorts as it was made.</summary>
    private void Note(Op op, Exception? thrown)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        if (thrown is not null and not (StoreUnavailableException or QueueUnavailableException or SeriesFunctions.Core.Media.MediaUnavailableException))
            Violated($"{op.Name} threw {thrown.GetType().Name}: {thrown.Message} {thrown.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
    }

    /// <summary>Two approved creators and their published series, as the product would have stored them.</summary>
    private void Seed()
    {
        var approved = Membership.None with { Status = ProgrammeStatus.Approved, AppliedAt = Start, DecidedAt = Start };
        foreach (var creator in Creators)
            Save(new Batch(CreatorStanding.In(creator)).Create(CreatorStanding.DocumentId, CreatorStanding.New(creator) with { Series = approved }));
        foreach (var (creator, account) in Creators.Zip(["acct_open", MemoryProvider.ClosedAccount]))
            Save(new Batch(LedgerTransaction.In(creator)).Create(PayoutAccount.DocumentId, new PayoutAccount(account, "operator", Start)));
        SweptUntil(Start);
        foreach (var (id, creator, price, video) in Series)
        {
            var content = new SeriesContent("Ceramics from zero", "From clay to bowl.", "crafts", CoverOf(id), null, [new(video, "A bowl", 60_000)]);
            Save(new Batch(SeriesFunctions.Core.Catalog.Series.In(id))
                .Create(SeriesFunctions.Core.Catalog.Series.DocumentId, new Series(id, creator, SeriesState.Published, price, content, DraftState.Approved, 1, 1, [], Start, Start, Start, null, 3))
                .Create(PublicSeries.DocumentId, new PublicSeries(id, creator, "@cleo", SeriesState.Published, 1, content, price, [], [], Start, 3)));
        }
    }
}
