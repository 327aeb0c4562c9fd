using System.Text.RegularExpressions;
using SeriesFunctions.Core.Analytics;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Notifications;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Core.Privacy;

/// <summary>
/// A type of document: where it lies, what it says about a person, and whether her export has it. <paramref name="Places"/> are <c>partition id</c>; <c>{…}</c> stands for one part
/// without a bar, <c>*</c> for any text.
/// </summary>
/// <param name="Type">As registered in <c>DocumentJson</c>.</param>
/// <param name="Places">Where it can lie.</param>
/// <param name="What">What it says about a person; "nothing" where it says nothing.</param>
/// <param name="OnErasure">What becomes of it when she is erased.</param>
/// <param name="InExport">Whether the export of the person in whose partition it lies has it.</param>
/// <param name="Why">Why not, or what else is to be said; empty where it goes without saying.</param>
public sealed record PersonalDocument(Type Type, IReadOnlyList<string> Places, string What, OnErasure OnErasure, bool InExport, string Why = "");

/// <summary>What becomes of a document when the person that it is about is erased.</summary>
public enum Fate
{
    Deleted,

    /// <summary>It stays without what it said of her.</summary>
    Blanked,

    /// <summary>It stays as it is.</summary>
    Kept,
}

/// <summary>What becomes of a type of document at the most, and why it is no more than that; <paramref name="Why"/> is empty only for what goes, and for what says nothing of anybody.</summary>
public sealed record OnErasure(Fate Fate, string Why);

/// <summary>
/// Every type of document with what it says about people: the one table that export, erasure and docs/privacy.md are made from. A test fails for a type without a row, and for a stored
/// document that no row describes. A new kind of document that belongs to somebody goes into one of the partitions of <see cref="PersonalDocuments"/> and gets a row here; nothing else is needed.
/// </summary>
public static class PersonalData
{
    private const string Nothing = "nothing";

    public static IReadOnlyList<PersonalDocument> All { get; } =
    [
        // viewer|{user}
        In<CheckoutRecord>(Blanked("Prices, series and times stay of one that was paid or whose payment went back, since the provider may still tell of it; one that was never paid goes after two days."), "what she was about to buy, when, at what price, for whom", "viewer|{user} checkout|{id}"),
        In<OpenCheckout>(Gone(), "which of her checkouts is open", "viewer|{user} open|*"),
        In<Purchase>(Blanked("The books need it, and a refund or dispute that comes later is booked by it: amounts, series, times. It grants nothing and is in no list any more."), "what she bought, when, what she paid, refunds and disputes", "viewer|{user} purchase|{id}"),
        In<ReturnedPayment>(Blanked("As a purchase."), "a payment of hers that went back", "viewer|{user} returned|{id}"),
        In<Access>(Gone(), "what she can watch and why", "viewer|{user} access|{series}"),
        In<CreatorAccess>(Gone(), "whose subscriber-only videos she can watch and why", "viewer|{user} access|creator|{creator}"),
        In<Subscription>(Blanked("Ended at the provider first; terms and times stay, as of a purchase."), "what she subscribes to, since when, what it costs", "viewer|{user} subscription|{id}"),
        In<Subscribed>(Gone(), "which subscription to a creator is her last", "viewer|{user} subscribed|{creator}"),
        In<WatchedShare>(Gone(), "how much of a series she watched", "viewer|{user} watched|{series}"),
        In<Gift>(Gone("One that waits is declined, and its giver gets the money back; until that has arrived it stays. In the giver's purchase nobody stands in her place."), "what she was given, by whom, and her answer", "viewer|{user} gift|{id}"),
        In<OfferedGift>(Gone(), "which gift waits for her answer", "viewer|{user} offered|{series}"),
        In<Report>(Gone(), "what she reported and what she wrote about it", "viewer|{user} report|*"),
        In<Reporter>(Gone(), "how many of her reports were right", "viewer|{user} reporter"),
        Not<IdempotencyClaim>(Gone(), "that she sent a request, as a hash, and what some were answered", "For a phone that asks again: what the record that it made said then, and of staff what they did to others; gone after seven days.", "viewer|{user} idem|{hash}"),

        In<SeriesProgress>(Gone(), "where she is in a series", "viewer|{user} progress|{series}"),
        In<Blocks>(Gone("Hers. Who has blocked her keeps that she did: an id and nothing else."), "whom she blocks", "viewer|{user} blocks"),

        // what she says about series that she has or had, and about her own
        In<Rating>(Gone("Average and histogram count without it."), "her stars, and what she wrote", "ratings|{series} rating|{user}"),
        In<Like>(Gone("The number of likes is one less."), "that she likes a video", "likes|{kind}|{of}|{video}|{shard} like|{user}"),
        In<LikedComments>(Gone("The likes are taken back."), "which comments she likes", "talk|{kind}|{of}|{video} liked|{user}"),
        In<Comment>(Blanked("Its place stays without author and text, since replies hang on it; it is not counted any more."), "what she wrote about a video", "talk|{kind}|{of}|{video} comment|{id}", "talk|{kind}|{of}|{video} top|{id}"),
        Not<RatingCount>(Stays(), Nothing, "", "ratings|{series} count|{part}"),
        Not<LikeCount>(Stays(), Nothing, "", "likes|{kind}|{of}|{video}|{shard} count"),
        Not<CommentCount>(Stays(), Nothing, "", "talk|{kind}|{of}|{video} count|{about}|{part}"),
        Not<PinnedComment>(Stays(), Nothing, "", "talk|{kind}|{of}|{video} pinned"),

        // feed|{user}
        In<Notification>(Gone(), "what she was told", "feed|{user} note|{id}"),
        In<FeedMark>(Gone(), "how far she read", "feed|{user} mark"),

        // privacy|{user}
        In<DataErasure>(Stays("The report, for `Privacy:ErasureReportsKeptFor`."), "that she asked to be erased, and what became of it", "privacy|{user} erasure"),
        In<DataExport>(Gone("With its file."), "that she asked for her data, and when", "privacy|{user} export"),

        // creator|{user}
        In<CreatorProfile>(Gone(), "followers, account, country, birth date, handle: as the host app reports them", "creator|{user} profile"),
        In<CreatorStanding>(Blanked("Strikes stay for as long as they count, so that nobody escapes a suspension; the rest goes."), "applications, decisions, strikes", "creator|{user} standing"),
        In<Payee>(Blanked("Which account at the provider it is: what turns up later is paid there, and the provider's events about it find something. Country and what the provider asks for go."), "her account at the payment provider", "creator|{user} payee"),
        In<CreatorTiers>(Gone(), "what she offers to subscribe to", "creator|{user} tiers"),
        In<Link>(Gone(), "her links, for which series and place", "creator|{user} link|{code}", "link|{code} link"),
        In<ProductLinks>(Gone(), "the shops that she names in her profile", "creator|{user} product-links"),
        Not<ClicksNoted>(Stays("Says nothing of a person; gone after 400 days."), Nothing, "How often a link was followed, not by whom.", "link|{code} clicks|{id}"),
        Not<DayStats>(Stays("Sums, which nobody can read any more."), "how much of hers was watched and sold on a day", "Sums; her sales are in her books one by one.", "stats|{user}|{month} day|*"),
        Not<StatsMark>(Stays("A hash of who and when; gone after 400 days."), "what something added to those sums", "So that it is added once.", "stats|{user}|{month} mark|*"),
        In<Video>(Blanked("Gone with its file, unless it is of a series that somebody bought: then only her names for it go."), "her videos: names, facts, states", "creator|{user} video|{id}"),
        In<UploadAccount>(Gone(), "how much she uploaded, and what is open", "creator|{user} uploads"),
        In<GoneVideo>(Gone(), "that she deleted a video", "creator|{user} gone-video|{id}"),
        In<OpenApplication>(Gone(), "her application with portfolio and handle", "applications open|{programme}|{user}"),

        // her series
        In<CatalogEntry>(Blanked("Gone with the series; of one that somebody bought a line stays that is in no public list, without her handle."), "a line of a list: title, handle, price of her series", "creator|{user} series|{series}", "creator|{user} public|{series}", "catalog|{category} *"),
        In<ExclusiveEntry>(Gone(), "a line of a list: her videos for subscribers", "creator|{user} exclusive-own|{series}", "creator|{user} exclusive|{tier}|{series}"),
        In<Series>(Blanked("Gone where nobody bought it; else it is off sale, and the working copy, what it changed and what moderation wrote to her go."), "her series as she works on it, with what moderation wrote to her", "series|{series} series"),
        In<SeriesRevision>(Gone(), "what she submitted", "series|{series} revision|{number}"),
        In<PublicSeries>(Blanked("Gone where nobody bought it; else what its buyers have stays: title, description, videos. Her handle goes."), "her series as everybody sees it, with her handle", "series|{series} public"),
        In<Cover>(Blanked("Gone with its file, unless buyers see it: then only her file's name goes."), "her covers: names, facts, states", "series|{series} cover|{id}"),
        In<Discount>(Gone(), "her discounts", "series|{series} discount|{id}"),
        In<PromoCode>(Gone(), "her promo codes", "series|{series} code|{code}"),
        Not<Buyer>(Gone("Hers; those of who bought her series stay."), "that somebody has a series", "About its buyer, whose access says the same; not for its creator.", "series|{series} buyer|{user}"),
        Not<MediaFile>(Stays("Goes with the video or cover."), "whose a file is", "Her video or cover says the same.", "file|{id} file"),
        Not<HashedFile>(Stays("Goes with the video or cover."), "that a file of hers is the same as another", "Leads to other people's files.", "hash|{sha256} *"),
        Not<CodeUses>(Gone("How often she used it; the sum stays."), "how often a code was used, by somebody and in all", "Her checkouts name the code.", "code|{series}|{code} uses", "code|{series}|{code} viewer|{user}"),
        Not<CodeHold>(Stays("Gone when the checkout's time is over."), "that an open checkout of hers uses a code", "Her checkout names the code.", "code|{series}|{code} hold|{user}|{receiver}"),
        Not<CodePaid>(Blanked("That a use was paid for stays, and not by whom."), "that a purchase of hers used a code", "Her checkout names the code.", "code|{series}|{code} paid|{checkout}"),

        // ledger|{user}
        In<LedgerTransaction>(Blanked("Books are kept by law; what an operator wrote about one goes."),
            "what was booked for her", "ledger|{user} sale|{id}", "ledger|{user} fee|{id}", "ledger|{user} refund|*", "ledger|{user} dispute|*", "ledger|{user} payout|{id}|{step}", "ledger|{user} adjustment|{id}"),
        In<LedgerBalance>(Stays("Books are kept by law."), "what she is owed", "ledger|{user} balance"),
        In<SaleLine>(Stays("Books are kept by law."), "each of her sales", "ledger|{user} line|{id}"),
        In<CommissionPolicy>(Blanked("Rates and times are part of the books; what an operator wrote about them goes."), "what was agreed with her", "ledger|{user} commission"),
        In<Statement>(Stays("Books are kept by law."), "her months", "ledger|{user} statement|{month}"),
        In<Payout>(Blanked("Books are kept by law; what an operator wrote about one goes."), "what she was paid", "ledger|{user} payout|{id}"),
        In<PayoutAccount>(Stays("What turns up later is paid there."), "where she is paid", "ledger|{user} payout-account"),
        Not<LedgerEntry>(Stays("Leads to the books."), "that she has books", "Her books say it.", "ledgers ledger|{user}"),
        Not<PayoutEntry>(Blanked("As the payout."), "what she was paid", "Her payouts say the same.", "payouts {id}"),
        Not<BookedIn>(Stays("Leads to the books."), "in whose books a payment is", "Her books say the same.", "provider|{id} books"),
        Not<Difference>(Stays("Part of the books; gone after 400 days."), "whose books differ from the provider's", "A working paper of the bookkeeping; gone after 400 days.", "reconciliation|{day}|{run} *"),
        Not<LedgerSweep>(Stays(), Nothing, "", "ledgers sweep"),
        Not<Reconciliation>(Stays(), Nothing, "", "reconciliations day|{day}"),
        Not<ReconcileMark>(Stays(), Nothing, "", "reconciliations mark"),

        // checkout|{id}, the provider's events
        Not<CheckoutOwner>(Blanked("Leads from a payment to the books; it says that nobody is to be told."), "whose a checkout is", "Her checkout says it.", "checkout|{id} owner"),
        Not<InboxEvent>(Stays("Names no person; gone 90 days after it was applied."), "an event's name and object at the provider", "Names no person; gone 90 days after it was applied.", "inbox|{event} event"),
        Not<InboxEntry>(Stays("Names no person; gone 90 days after it was applied."), "an event's name and object at the provider", "Names no person; gone 90 days after it was applied.", "inbox-hour|{hour} {event}"),
        Not<Replay>(Stays("About staff."), "which member of staff had what applied again", "About staff.", "replays {id}"),
        Not<ParkedEvent>(Stays("Until an operator has sent it."), "an event that could not be sent, as it was", "For as long as an operator has not sent it.", "parked|{day} {id}"),

        // moderation
        Not<Case>(Blanked("Titles, texts of comments and what she wrote go; what was found and decided stays."), "whose series was looked at, and what was found", "Told to the creator with each decision; names the moderator.", "cases|{shard} case|{case}"),
        Not<Decision>(Stays("Moderation answers for what it decided."), "who decided what, with rule and note", "Told to the creator with the decision; names the moderator.", "cases|{shard} decision|{case}"),
        Not<SeriesCases>(Stays(), Nothing, "", "cases|{shard} series|{series}"),
        Not<GatheredReport>(Blanked("It counts as before, without who reported and what she wrote."), "who reported something", "Her own report has it; who was reported must not learn who reported.", "cases|{shard} report|{id}"),

        Not<KnownBadFile>(Stays("About files and who banned them."), "who banned a file, who lifted that, and why", "Names moderators; about a file.", "known-bad {sha256}"),
        Not<BannedByCase>(Stays(), Nothing, "", "known-bad case|{case}"),

        // the trail
        Not<AuditEntry>(Stays("Ids, states and times, and a trail with holes is none."), "who did what to whose", "Names members of staff; an operator answers questions about it.", "audit|object|{id} {entry}", "audit|actor|{id} {entry}", "audit|day|{day} {entry}"),
        Not<AuditOrigin>(Gone("Of what she did for herself; of staff's acts it is kept for its 180 days."), "from which network somebody acted", "Of staff, for 180 days.", "audit|actor|{id} from|{entry}"),

        // webhooks
        Not<WebhookEndpoint>(Stays("About the platform."), "who registered an endpoint", "About the platform's staff.", "webhooks endpoint|{id}"),
        Not<EndpointHealth>(Stays(), Nothing, "", "webhook|{endpoint} health"),
        Not<Delivery>(Stays("Gone with the log."), "what was told to the platform, with ids of users", "The platform has it; gone with the log, `Notifications:WebhookLogKeptFor`.", "webhook|{endpoint} delivery|{id}"),
        Not<WebhookBody>(Stays("Gone with the log."), "as above", "The body of a delivery, within it."),

        // clockwork
        Not<DueItem>(Stays("An id; gone 30 days after its time."), "that something of somebody's ends at a time", "Gone 30 days after that time.", "due|{kind}|{hour} *"),
        Not<SweepMark>(Stays(), Nothing, "", "due mark|{kind}"),
        Not<MediaSweep>(Stays(), Nothing, "", "due mark|media"),
    ];

    private static readonly IReadOnlyList<(Regex Place, PersonalDocument Row)> Known =
        [.. All.SelectMany(row => row.Places.Select(place => (Pattern(place), row)))];

    /// <summary>The row of a stored document; null where nobody thought of it.</summary>
    public static PersonalDocument? Of(Partition partition, string id)
    {
        var place = $"{partition.Key} {id}";
        // A mark of a kind is one of those, whatever the rest may be called.
        return Known.Where(known => known.Place.IsMatch(place)).Select(known => known.Row).OrderBy(row => row.Type == typeof(SweepMark)).FirstOrDefault();
    }

    private static PersonalDocument In<T>(OnErasure onErasure, string what, params string[] places) => new(typeof(T), places, what, onErasure, InExport: true);

    private static PersonalDocument Not<T>(OnErasure onErasure, string what, string why, params string[] places) => new(typeof(T), places, what, onErasure, InExport: false, why);

    private static OnErasure Gone(string with = "") => new(Fate.Deleted, with);

    private static OnErasure Blanked(string why) => new(Fate.Blanked, why);

    private static OnErasure Stays(string why = "") => new(Fate.Kept, why);

    private static Regex Pattern(string place) =>
        new("^" + Regex.Replace(Regex.Escape(place).Replace(@"\*", ".+", StringComparison.Ordinal), @"\\\{[a-z0-9]+}", "[^|]+") + "$", RegexOptions.CultureInvariant);
}
