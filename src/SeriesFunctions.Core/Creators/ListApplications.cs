using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>Operators read the applications that wait for a person, oldest first.</summary>
public sealed class ListApplications(Records records)
{
    public ValueTask<Result<RecordPage<OpenApplication>>> HandleAsync(PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<OpenApplication>(OpenApplication.In, SortRange.Prefix("open|"), Direction.Ascending, page, cancellationToken);
}
