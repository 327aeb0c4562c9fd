using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Core.Webhooks;

/// <summary>The platform's endpoints, all in one partition: they are few.</summary>
public sealed class WebhookEndpoints(Records records, TimeProvider clock)
{
    public ValueTask<Stored<WebhookEndpoint>?> FindAsync(string id, CancellationToken cancellationToken) =>
        records.FindAsync<WebhookEndpoint>(WebhookEndpoint.In, WebhookEndpoint.DocumentId(id), cancellationToken);

    public ValueTask<Result<RecordPage<WebhookEndpoint>>> PageAsync(PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<WebhookEndpoint>(WebhookEndpoint.In, SortRange.Prefix("endpoint|"), Direction.Ascending, page, cancellationToken);

    /// <summary>All of them: <see cref="NotificationsOptions.MostEndpoints"/> at most.</summary>
    public async ValueTask<IReadOnlyList<WebhookEndpoint>> AllAsync(CancellationToken cancellationToken) =>
        (await PageAsync(new(PageRequest.MaxLimit, null), cancellationToken)).IsOk(out var page, out _) ? page.Items : [];

    /// <summary>True when it was this call that switched it off. The event in the same batch is what tells people.</summary>
    public async ValueTask<bool> DisableAsync(string id, string reason, CancellationToken cancellationToken)
    {
        while (await FindAsync(id, cancellationToken) is { Value.State: EndpointState.Enabled } endpoint)
        {
            var now = clock.GetUtcNow();
            var off = endpoint.Value with { State = EndpointState.Disabled, DisabledBecause = reason, DisabledAt = now };
            if ((await records.SaveAsync(
                new Batch(WebhookEndpoint.In).Replace(WebhookEndpoint.DocumentId(id), off, endpoint.ETag, off.Sort).Emit(new EndpointDisabled(id, off.RegisteredBy, reason), now), cancellationToken)).IsOk)
            {
                Telemetry.Count("webhook-endpoint-disabled");
                return true;
            }
        }
        return false;
    }
}

/// <summary>The platform names an endpoint. Safe to repeat with the same key.</summary>
public sealed class RegisterWebhook(Records records, WebhookEndpoints endpoints, IdempotencyClaims claims, WebhookSender sender, TimeProvider clock, NotificationsOptions options)
{
    public async ValueTask<Result<Stored<WebhookEndpoint>>> HandleAsync(string url, IReadOnlyList<string>? types, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (key.ClaimedId is { } made && await endpoints.FindAsync(made, cancellationToken) is { } earlier)
            return earlier;
        var checks = new FieldChecks()
            .Must(types is null || types.All(NoticeTypes.All.Contains), "types", "unknown-type", $"Each is one of: {string.Join(", ", NoticeTypes.All)}.");
        if (await sender.RefusesAsync(url, cancellationToken) is { } code)
            checks.Must(false, "url", code, "An https URL of at most 2,000 characters, without user and fragment, whose name leads to public addresses alone.");
        if (!checks.AllGood)
            return checks.Problem;
        if ((await endpoints.AllAsync(cancellationToken)).Count >= options.MostEndpoints)
            return Problem.Conflict("too-many-endpoints", $"There are {options.MostEndpoints} endpoints already; remove one first.");
        if (!(await claims.ClaimAsync(key, key.IdFor("whe", now), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        var endpoint = new WebhookEndpoint(
            id, url, [.. types?.Distinct() ?? []], EndpointState.Enabled, null, null, new(id, StandardWebhooks.NewSecret()), OldSecret: null, by, now);
        var outcome = await records.SaveAsync(new Batch(WebhookEndpoint.In).Create(WebhookEndpoint.DocumentId(id), endpoint, endpoint.Sort), cancellationToken);
        if (outcome.IsOk)
            return new Stored<WebhookEndpoint>(endpoint, outcome.ETags[0]!);
        return await endpoints.FindAsync(id, cancellationToken) is { } other ? other : Problem.NotFound("endpoint");
    }
}

/// <summary>The platform changes an endpoint: another secret, on again, gone.</summary>
public sealed class ChangeWebhook(Records records, WebhookEndpoints endpoints, IdempotencyClaims claims, TimeProvider clock, NotificationsOptions options)
{
    /// <summary>A new secret; the one before stays valid beside it for <see cref="NotificationsOptions.OldSecretValidFor"/>. The same key answers the same secret.</summary>
    public async ValueTask<Result<Stored<WebhookEndpoint>>> RotateAsync(string id, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, cancellationToken) is null)
            return Problem.NotFound("endpoint");
        var now = clock.GetUtcNow();
        if (!(await claims.ClaimAsync(key, key.IdFor("whs", now), cancellationToken)).IsOk(out var secretId, out var problem))
            return problem;
        return await SaveAsync(
            id,
            endpoint => endpoint.Secret.Id == secretId || endpoint.OldSecret?.Id == secretId
                ? endpoint
                : endpoint with { Secret = new(secretId, StandardWebhooks.NewSecret()), OldSecret = endpoint.Secret with { ValidUntil = now + options.OldSecretValidFor } },
            cancellationToken);
    }

    /// <summary>On again, with a clean slate. What failed meanwhile is in the log and can be replayed.</summary>
    public async ValueTask<Result<Stored<WebhookEndpoint>>> EnableAsync(string id, CancellationToken cancellationToken)
    {
        // The record of its failures first: a crash in between leaves it off, to be switched on again.
        if (await endpoints.FindAsync(id, cancellationToken) is { Value.State: EndpointState.Disabled })
            await records.SaveAsync(new Batch(Delivery.In(id)).Delete(EndpointHealth.DocumentId), cancellationToken);
        return await SaveAsync(
            id,
            endpoint => endpoint.State == EndpointState.Enabled ? endpoint : endpoint with { State = EndpointState.Enabled, DisabledBecause = null, DisabledAt = null },
            cancellationToken);
    }

    public async ValueTask<Result<Done>> RemoveAsync(string id, string etag, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, cancellationToken) is null)
            return Problem.NotFound("endpoint");
        return (await records.SaveAsync(new Batch(WebhookEndpoint.In).Delete(WebhookEndpoint.DocumentId(id), etag), cancellationToken)).IsOk ? Done.Value : Problem.Stale;
    }

    private async ValueTask<Result<Stored<WebhookEndpoint>>> SaveAsync(string id, Func<WebhookEndpoint, WebhookEndpoint> change, CancellationToken cancellationToken)
    {
        while (await endpoints.FindAsync(id, cancellationToken) is { } before)
        {
            var after = change(before.Value);
            if (ReferenceEquals(after, before.Value))
                return before;
            var outcome = await records.SaveAsync(new Batch(WebhookEndpoint.In).Replace(WebhookEndpoint.DocumentId(id), after, before.ETag, after.Sort), cancellationToken);
            if (outcome.IsOk)
                return new Stored<WebhookEndpoint>(after, outcome.ETags[0]!);
        }
        return Problem.NotFound("endpoint");
    }
}

/// <summary>The platform looks at what was sent to an endpoint, and has it sent again.</summary>
public sealed class DeliveryLog(Records records, WebhookEndpoints endpoints, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async ValueTask<Result<RecordPage<Delivery>>> PageAsync(string endpoint, PageRequest page, CancellationToken cancellationToken) =>
        await endpoints.FindAsync(endpoint, cancellationToken) is null
            ? Problem.NotFound("endpoint")
            : await records.ListAsync<Delivery>(Delivery.In(endpoint), SortRange.Prefix(Delivery.SortPrefix), Direction.Descending, page, cancellationToken);

    public async ValueTask<Result<Delivery>> OneAsync(string endpoint, string id, CancellationToken cancellationToken) =>
        await records.FindAsync<Delivery>(Delivery.In(endpoint), Delivery.DocumentId(id), cancellationToken) is { } found ? found.Value : Problem.NotFound("delivery");

    /// <summary>Sends it once more, with three days of patience. One that is waiting to be sent anyway is hurried.</summary>
    public async ValueTask<Result<Delivery>> ReplayAsync(string endpointId, string id, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(endpointId, cancellationToken) is not { } endpoint)
            return Problem.NotFound("endpoint");
        if (endpoint.Value.State == EndpointState.Disabled)
            return Problem.Conflict("endpoint-off", "This endpoint is switched off; enable it first.");
        while (await records.FindAsync<Delivery>(Delivery.In(endpointId), Delivery.DocumentId(id), cancellationToken) is { } before)
        {
            var now = clock.GetUtcNow();
            if (before.Value.ExpiresAt <= now)
                break;
            var again = before.Value with { State = DeliveryState.Pending, Reason = null, Step = before.Value.Step + 1, Since = now, NextTryAt = now, Tries = 0 };
            var outcome = await records.SaveAsync(
                new Batch(Delivery.In(endpointId))
                    .Replace(Delivery.DocumentId(id), again, before.ETag, again.Sort, again.ExpiresAt - now)
                    .Emit(new DeliveryDue(endpointId, id, again.Step), now),
                cancellationToken);
            if (outcome.IsOk)
                return again;
        }
        return Problem.NotFound("delivery");
    }
}
