using System.Globalization;
using System.Text;

namespace Model.Tests.Histories;

/// <summary>What somebody does at one step of a history.</summary>
public enum Act
{
    /// <summary>A viewer asks for a checkout of a series.</summary>
    Buy,

    /// <summary>The same request twice at once, at two instances.</summary>
    DoubleClick,

    /// <summary>Two requests of one viewer for one series with two keys at once: two tabs.</summary>
    TwoTabs,

    /// <summary>A viewer buys for another one.</summary>
    BuyGift,

    /// <summary>The receiver of a gift takes it, or doesn't.</summary>
    AnswerGift,

    /// <summary>A buyer pays on a page that is open.</summary>
    Pay,

    /// <summary>A buyer pays and her bank makes her wait.</summary>
    PayLater,

    /// <summary>A buyer pays and her bank makes her wait; half an hour later she starts again and pays on the new page.</summary>
    PayTwice,

    /// <summary>The bank says yes, or no, to a payment that waits.</summary>
    Confirm,
    Decline,

    /// <summary>The owner sets a discount, or ends one.</summary>
    SetDiscount,
    EndDiscount,

    /// <summary>The owner makes a promo code of few uses, or ends one.</summary>
    SetCode,
    EndCode,

    /// <summary>The owner takes a series off sale or puts it back.</summary>
    List,
    Delete,

    /// <summary>An operator gives all or a part back; twice at once with one key where the dice say so.</summary>
    Refund,

    /// <summary>Somebody gives money back on the provider's own side.</summary>
    ProviderRefund,

    /// <summary>The buyer's bank does not take a refund.</summary>
    RefundFails,
    OpenDispute,
    CloseDispute,

    /// <summary>Time goes by: seconds, to the next edge of anything, half an hour, a day.</summary>
    Seconds,
    Edge,
    HalfHour,
    Day,

    /// <summary>The provider goes silent, or answers again.</summary>
    Outage,

    /// <summary>An instance is gone; another one takes its place.</summary>
    Crash,

    /// <summary>The minute's timers run.</summary>
    Timers,

    /// <summary>A payment that is none of ours, or names a checkout that we don't have.</summary>
    Foreign,

    /// <summary>A payment for an open checkout of ours, of another amount than was promised.</summary>
    WrongAmount,

    /// <summary>An operator puts the dead letters back.</summary>
    Replay,

    /// <summary>A viewer asks for a video.</summary>
    Watch,

    /// <summary>Nobody starts anything new; what runs goes on.</summary>
    Wait,

    /// <summary>A creator makes a series, around a video of hers where the dice say so.</summary>
    NewSeries,

    /// <summary>The owner changes something of her working copy; or two editors with one etag do so at once.</summary>
    Edit,
    TwoEditors,

    /// <summary>The owner uploads a cover.</summary>
    UploadCover,
    Submit,

    /// <summary>A creator deletes a video of hers.</summary>
    DeleteVideo,

    /// <summary>A viewer reports a series.</summary>
    Report,

    /// <summary>A moderator takes a case; one decides it; or two do at once, differently.</summary>
    Claim,
    Decide,
    TwoModerators,

    /// <summary>The owner appeals what was decided.</summary>
    Appeal,

    /// <summary>The platform gives a creator a strike or takes it back.</summary>
    PlatformStrike,

    /// <summary>Whoever has a purchase, or got it as a gift, watches on: her share of the series grows.</summary>
    WatchOn,

    /// <summary>A viewer gives back what she bought, by herself; twice at once with one key where the dice say so.</summary>
    OwnRefund,

    /// <summary>An operator agrees another commission with a creator, from now on or from a day on.</summary>
    SetCommission,

    /// <summary>An operator pays a creator all that is owed to her; twice at once with one key where the dice say so.</summary>
    PayCreator,

    /// <summary>An operator has a day compared with the provider's books.</summary>
    Reconcile,

    /// <summary>An operator has one event, one object or a time applied once more.</summary>
    ReplayEvents,

    /// <summary>The provider loses one of its events for good.</summary>
    LoseEvent,

    /// <summary>Two weeks go by, in which the timers ran.</summary>
    Fortnight,

    /// <summary>A subscriber does not want another period, or wants one after all.</summary>
    Cancel,
    Resume,

    /// <summary>A subscriber wants another tier, or agrees to what hers costs by now.</summary>
    ChangeTier,
    AgreePrice,

    /// <summary>A creator asks another price for a tier, or offers it no longer.</summary>
    SetPrice,
    Retire,

    /// <summary>On the provider's own pages: the card fails or works, the subscription is renewed or not, it is ended.</summary>
    Card,
    RenewThere,
    EndThere,

    /// <summary>Events on their way are lost for good.</summary>
    LoseEvents,

    /// <summary>Weeks go by; or hours to weeks, with nobody of ours there.</summary>
    Weeks,
    Sleep,
}

/// <summary>
/// One step: who and what by two numbers, taken modulo what there is, and the dice for everything that is chance while it happens: which instance, in which order
/// the operations go on, which call is lost, where a process ends. So a step means the same with and without the steps before it.
/// </summary>
public readonly record struct Step(Act Act, int A, int B, ulong Dice)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"new(Act.{Act}, {A}, {B}, {Dice})");
}

/// <summary>A history: who does what, and how many of a thousand calls go wrong.</summary>
public sealed record History(ulong Seed, int FaultsPerMille, IReadOnlyList<Step> Steps)
{
    /// <summary>As C#, to be pasted into a regression test.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"new History({Seed}, {FaultsPerMille},").AppendLine("[");
        foreach (var step in Steps)
            text.AppendLine(CultureInfo.InvariantCulture, $"    {step},");
        return text.Append("])").ToString();
    }
}
