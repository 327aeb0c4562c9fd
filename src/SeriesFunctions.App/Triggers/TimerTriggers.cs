using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.App.Triggers;

/// <summary>
/// Each minute, UTC: a function for each of Core's <see cref="Sweeps"/>, of the same name; a test compares the two. The platform runs one of each at a time, however many
/// instances there are, and makes up for one that it missed; a sweep that fails is logged, alerted on and done again the next minute.
/// </summary>
public sealed class TimerTriggers(Sweeps sweeps)
{
    private const string EachMinute = "0 * * * * *";

    [Function(nameof(SweepDiscounts))]
    public Task SweepDiscounts([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepCheckouts))]
    public Task SweepCheckouts([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepGifts))]
    public Task SweepGifts([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepSubscriptions))]
    public Task SweepSubscriptions([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepUploads))]
    public Task SweepUploads([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepMedia))]
    public Task SweepMedia([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(MeasureCases))]
    public Task MeasureCases([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(SweepLedger))]
    public Task SweepLedger([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(WriteClicks))]
    public Task WriteClicks([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    [Function(nameof(Reconcile))]
    public Task Reconcile([TimerTrigger(EachMinute)] TimerInfo timer, CancellationToken cancellationToken) => RunAsync(cancellationToken);

    private Task RunAsync(CancellationToken cancellationToken, [CallerMemberName] string sweep = "") => sweeps[sweep].RunAsync(cancellationToken);
}
