namespace Azure.Tests.Cosmos.Rest;

/// <summary>The account, its database and its container as the SDK reads them.</summary>
internal static class RestResources
{
    public const string Database = "seriesfunctions";
    public const string Container = "documents";
    public const string RangesETag = "\"1\"";

    /// <summary>
    /// "Get database account", with what the SDK's AccountProperties needs besides: the consistency policy, and limits for its query compiler.
    /// </summary>
    public const string Account = $$"""
        {
          "_self": "", "id": "series", "_rid": "series.documents.example", "media": "//media/", "addresses": "//addresses/", "_dbs": "//dbs/",
          "writableLocations": [{ "name": "West Europe", "databaseAccountEndpoint": "{{RestAccount.Endpoint}}" }],
          "readableLocations": [{ "name": "West Europe", "databaseAccountEndpoint": "{{RestAccount.Endpoint}}" }],
          "enableMultipleWriteLocations": false,
          "userReplicationPolicy": { "asyncReplication": false, "minReplicaSetSize": 3, "maxReplicasetSize": 4 },
          "userConsistencyPolicy": { "defaultConsistencyLevel": "Session" },
          "systemReplicationPolicy": { "minReplicaSetSize": 3, "maxReplicasetSize": 4 },
          "readPolicy": { "primaryReadCoefficient": 1, "secondaryReadCoefficient": 1 },
          "queryEngineConfiguration": "{\"maxSqlQueryInputLength\":262144,\"maxJoinsPerSqlQuery\":5,\"maxLogicalAndPerSqlQuery\":500,\"maxLogicalOrPerSqlQuery\":500,\"maxUdfRefPerSqlQuery\":10,\"maxInExpressionItemsCount\":16000,\"queryMaxInMemorySortDocumentCount\":500,\"maxQueryRequestTimeoutFraction\":0.9,\"sqlAllowNonFiniteNumbers\":false,\"sqlAllowAggregateFunctions\":true,\"sqlAllowSubQuery\":true,\"sqlAllowScalarSubQuery\":true,\"allowNewKeywords\":true,\"sqlAllowLike\":true,\"sqlAllowGroupByClause\":true,\"maxSpatialQueryCells\":12,\"spatialMaxGeometryPointCount\":256,\"sqlDisableOptimizationFlags\":0,\"sqlAllowTop\":true,\"enableSpatialIndexing\":true}"
        }
        """;

    /// <summary>"Get a collection": what infra/ deploys.</summary>
    public const string ContainerJson = $$"""
        {
          "id": "{{Container}}", "_rid": "{{RestAccount.ContainerRid}}", "_ts": 1, "_etag": "\"1\"", "_self": "dbs/{{RestAccount.DatabaseRid}}/colls/{{RestAccount.ContainerRid}}/",
          "_docs": "docs/", "_sprocs": "sprocs/", "_triggers": "triggers/", "_udfs": "udfs/", "_conflicts": "conflicts/",
          "partitionKey": { "paths": ["/pk"], "kind": "Hash", "version": 2 },
          "defaultTtl": -1,
          "indexingPolicy": {
            "indexingMode": "consistent", "automatic": true, "includedPaths": [{ "path": "/sort/?" }], "excludedPaths": [{ "path": "/*" }]
          }
        }
        """;

    public const string Ranges = $$"""
        {
          "_rid": "{{RestAccount.ContainerRid}}",
          "PartitionKeyRanges": [{
            "_rid": "qHVdAImeKAQCAAAAAAAAUA==", "id": "0", "_etag": "\"1\"", "minInclusive": "", "maxExclusive": "FF", "ridPrefix": 0,
            "_self": "dbs/{{RestAccount.DatabaseRid}}/colls/{{RestAccount.ContainerRid}}/pkranges/qHVdAImeKAQCAAAAAAAAUA==/",
            "throughputFraction": 1, "status": "online", "parents": [], "_ts": 1
          }],
          "_count": 1
        }
        """;
}
