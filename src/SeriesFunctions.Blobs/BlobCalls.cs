using Azure;
using Azure.Identity;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Blobs;

/// <summary>Every question to the service goes through here: it gets a limit in time, it is measured, and what it throws becomes the port's exceptions.</summary>
internal sealed class BlobCalls(CallTimes times, TimeProvider clock)
{
    public async Task<T> AskAsync<T>(string operation, TimeSpan patience, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Where the network hangs the SDK would wait and repeat for minutes, and nobody would be there any more.
        using var limit = new CancellationTokenSource(patience, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var start = times.Start();
        var result = "failed";
        try
        {
            var answer = await ask(deadline.Token);
            result = "answered";
            return answer;
        }
        catch (RequestFailedException e)
        {
            var failure = Answers.Failure(operation, e);
            result = failure is MediaUnavailableException ? "unavailable" : "failed";
            throw failure;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            result = "unavailable";
            throw new MediaUnavailableException($"Blob Storage did not answer '{operation}' within {patience.TotalSeconds} s.", e);
        }
        catch (OperationCanceledException)
        {
            result = "cancelled";
            throw;
        }
        // After its last try the SDK throws all its failures at once.
        catch (Exception e) when (e is AggregateException or AuthenticationFailedException or HttpRequestException or IOException)
        {
            result = "unavailable";
            throw new MediaUnavailableException($"Blob Storage could not be asked '{operation}'.", e);
        }
        catch (MediaUnavailableException)
        {
            // A call within this one, as for the key that a copy signs with.
            result = "unavailable";
            throw;
        }
        finally
        {
            times.Record(operation, result, start);
        }
    }
}
