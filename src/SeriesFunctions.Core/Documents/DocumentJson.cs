using System.Text.Json.Serialization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Documents;

/// <summary>How records and events look as JSON: camelCase, enums by name, nothing for null. Written by generated code, so that no reflection runs when a host starts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IdempotencyClaim))]
[JsonSerializable(typeof(CreatorProfile))]
[JsonSerializable(typeof(CreatorStanding))]
[JsonSerializable(typeof(OpenApplication))]
[JsonSerializable(typeof(ApplicationReceived))]
[JsonSerializable(typeof(ApplicationDecided))]
[JsonSerializable(typeof(Video))]
[JsonSerializable(typeof(Cover))]
[JsonSerializable(typeof(UploadCommitted))]
[JsonSerializable(typeof(UploadDue))]
[JsonSerializable(typeof(VideoValidated))]
[JsonSerializable(typeof(VideoDeleted))]
[JsonSerializable(typeof(GoneVideo))]
[JsonSerializable(typeof(MediaFile))]
[JsonSerializable(typeof(HashedFile))]
[JsonSerializable(typeof(ContentHashDue))]
[JsonSerializable(typeof(MediaSweep))]
[JsonSerializable(typeof(Series))]
[JsonSerializable(typeof(SeriesRevision))]
[JsonSerializable(typeof(PublicSeries))]
[JsonSerializable(typeof(CatalogEntry))]
[JsonSerializable(typeof(SeriesChanged))]
[JsonSerializable(typeof(SeriesDeleted))]
[JsonSerializable(typeof(SeriesSubmitted))]
[JsonSerializable(typeof(SeriesPublished))]
[JsonSerializable(typeof(Discount))]
[JsonSerializable(typeof(DiscountSet))]
[JsonSerializable(typeof(DiscountEdge))]
[JsonSerializable(typeof(DiscountStarted))]
[JsonSerializable(typeof(DiscountEnded))]
[JsonSerializable(typeof(PromoCode))]
[JsonSerializable(typeof(CodeUses))]
[JsonSerializable(typeof(CodeHold))]
[JsonSerializable(typeof(CodePaid))]
[JsonSerializable(typeof(CodeUseDue))]
[JsonSerializable(typeof(DueItem))]
[JsonSerializable(typeof(SweepMark))]
[JsonSerializable(typeof(Case))]
[JsonSerializable(typeof(SeriesCases))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(CaseDecided))]
[JsonSerializable(typeof(CheckoutRecord))]
[JsonSerializable(typeof(OpenCheckout))]
[JsonSerializable(typeof(CheckoutDue))]
[JsonSerializable(typeof(CheckoutOwner))]
[JsonSerializable(typeof(InboxEvent))]
[JsonSerializable(typeof(InboxEntry))]
[JsonSerializable(typeof(ProviderEventReceived))]
[JsonSerializable(typeof(Replay))]
[JsonSerializable(typeof(ReplayAsked))]
[JsonSerializable(typeof(Purchase))]
[JsonSerializable(typeof(PurchaseSettled))]
[JsonSerializable(typeof(ReturnedPayment))]
[JsonSerializable(typeof(PaymentTaken))]
[JsonSerializable(typeof(FeeBecameKnown))]
[JsonSerializable(typeof(RefundCameBack))]
[JsonSerializable(typeof(PurchaseRefunded))]
[JsonSerializable(typeof(DisputeMoved))]
[JsonSerializable(typeof(PaymentUnwanted))]
[JsonSerializable(typeof(RefundRequested))]
[JsonSerializable(typeof(Gift))]
[JsonSerializable(typeof(OfferedGift))]
[JsonSerializable(typeof(GiftMoved))]
[JsonSerializable(typeof(GiftAnswered))]
[JsonSerializable(typeof(GiftDue))]
[JsonSerializable(typeof(Access))]
[JsonSerializable(typeof(Buyer))]
[JsonSerializable(typeof(AccessChanged))]
[JsonSerializable(typeof(LedgerTransaction))]
[JsonSerializable(typeof(LedgerBalance))]
[JsonSerializable(typeof(SaleLine))]
[JsonSerializable(typeof(CommissionPolicy))]
[JsonSerializable(typeof(BookedIn))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(LedgerOpened))]
internal sealed partial class DocumentJson : JsonSerializerContext;
