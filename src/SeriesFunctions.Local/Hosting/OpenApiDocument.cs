using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;

namespace SeriesFunctions.Local.Hosting;

/// <summary>
/// docs/openapi.json, made by Microsoft.AspNetCore.OpenApi from the list of routes. Made on demand and checked in: both hosts serve the checked-in one, and
/// a test holds that it is what this makes.
/// </summary>
public static class OpenApiDocument
{
    public static async Task<int> WriteAsync(string file)
    {
        await File.WriteAllTextAsync(file, await CreateAsync(CancellationToken.None));
        return 0;
    }

    public static async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("series-openapi");
        try
        {
            await using var host = await LocalHost.StartAsync([$"--Local:Data={folder.FullName}", "--Local:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error"], clock: null, cancellationToken);
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.ConfigureHttpJsonOptions(json =>
            {
                json.SerializerOptions.TypeInfoResolver = ApiJson.Default;
                json.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
                json.SerializerOptions.RespectNullableAnnotations = true;
                json.SerializerOptions.RespectRequiredConstructorParameters = true;
                json.SerializerOptions.NumberHandling = ApiJson.Default.Options.NumberHandling;
                foreach (var converter in ApiJson.Default.Options.Converters)
                    json.SerializerOptions.Converters.Add(converter);
            });
            builder.Services.AddOpenApi("v1", options => Configure(options));
            await using var app = builder.Build();
            app.MapOpenApi("/{documentName}.json");
            foreach (var route in host.Services.GetRequiredService<ApiRoutes>().All)
                Describe(app, route);
            await app.StartAsync(cancellationToken);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var text = await http.GetStringAsync(new Uri(app.Urls.First() + "/v1.json"), cancellationToken);
            await app.StopAsync(cancellationToken);
            return text.ReplaceLineEndings("\n") + "\n";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Describe(WebApplication app, ApiRoute route)
    {
        var endpoint = app.MapMethods("/" + route.Pattern, [route.Method], Delegates.For(route)).WithName(route.Name).WithSummary(route.Summary).WithMetadata(route)
            .WithTags(route.Pattern.Split('/') is ["v1", var area, ..] ? area : "system");
        if (route.Request is { } request)
            endpoint.WithMetadata(new AcceptsMetadata(["application/json"], request));
        endpoint.WithMetadata(route.Response is { } response ? new ProducesResponseTypeMetadata(route.Success, response, ["application/json"]) : new ProducesResponseTypeMetadata(route.Success));
        if (route.AlsoSuccess is { } also)
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(also, route.Response, ["application/json"]));
    }

    private static class Delegates
    {
        /// <summary>A handler that the describer can look into: it has no parameters of its own, those come from the route.</summary>
        public static Delegate For(ApiRoute route) => () => Results.StatusCode(route.Success);
    }

    private static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "SeriesFunctions", Version = "1", Description = "Sell video series: creators, review, discounts, checkout, playback. Money is in minor units, times are RFC 3339 in UTC." };
            document.Servers = [new() { Url = "/" }];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" } };
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            document.Components.Schemas["Problem"] = ProblemSchema();
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // What our own converters write, in words that a code generator understands.
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type.GetInterfaces().Any(known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IId<>)))
                (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[A-Za-z0-9_-]{1,64}$");
            else if (type == typeof(DateTimeOffset) || type == typeof(DateTime))
                (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiRoute>().FirstOrDefault() is { } route)
                Complete(operation, route, context.Document!);
            return Task.CompletedTask;
        });
    }

    private static void Complete(OpenApiOperation operation, ApiRoute route, Microsoft.OpenApi.OpenApiDocument document)
    {
        operation.Parameters = [.. Parameters(route)];
        var statuses = new SortedDictionary<int, string>();
        void Refuses(int status, string what) => statuses[status] = statuses.TryGetValue(status, out var known) ? $"{known}, {what}" : what;
        if (route.Request is not null)
        {
            Refuses(400, "malformed-json, malformed-body, unknown-field");
            Refuses(413, "body-too-large");
            Refuses(415, "json-required");
            Refuses(422, "validation-failed");
        }
        if (route.PathParameters.Count > 0)
        {
            Refuses(400, "bad-id");
            Refuses(404, "not-found");
        }
        if (route.Paged)
            Refuses(400, "bad-limit, bad-cursor");
        if (route.Who != Who.Nobody)
            Refuses(401, "not-authenticated");
        if (route.Who is Who.Moderator or Who.Operator or Who.Platform)
            Refuses(403, "role-required");
        if (route.Limit != LimitGroup.Exempt)
            Refuses(429, "too-many-requests");
        if (route.Keyed)
        {
            Refuses(400, "idempotency-key-required");
            Refuses(422, "idempotency-key-reused");
        }
        if (route.Conditional)
        {
            Refuses(400, "bad-if-match");
            Refuses(412, "stale");
            Refuses(428, "if-match-required");
        }
        if (route.AlsoAs is { } other && operation.Responses?.GetValueOrDefault("200") is OpenApiResponse good)
            good.Content![other] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        foreach (var refusal in route.Refusals)
            Refuses(int.Parse(refusal.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), refusal[4..]);
        operation.Responses ??= [];
        foreach (var (status, codes) in statuses)
        {
            operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = codes,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", document) } },
                Headers = status is 429 or 503
                    ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = new OpenApiHeader { Description = "Whole seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" } } }
                    : null,
            };
        }
        if (route.Who is not (Who.Nobody or Who.Anyone))
            operation.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        else if (route.Who == Who.Anyone)
            operation.Security = [new(), new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
    }

    private static IEnumerable<IOpenApiParameter> Parameters(ApiRoute route)
    {
        foreach (var name in route.PathParameters)
            yield return Parameter(name, ParameterLocation.Path, "1 to 64 characters of A-Z a-z 0-9 _ -.", required: true);
        foreach (var query in route.Query)
        {
            var parameter = Parameter(query.Name, ParameterLocation.Query, query.Description, required: false);
            if (query.Values.Length > 0)
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. query.Values.Select(value => (JsonNode)value)], Default = query.Values[0] };
            yield return parameter;
        }
        if (route.Paged)
        {
            var limit = Parameter("limit", ParameterLocation.Query, "How many at most.", required: false);
            limit.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 20 };
            yield return limit;
            yield return Parameter("cursor", ParameterLocation.Query, "nextCursor of the page before.", required: false);
        }
        if (route.Keyed)
            yield return Parameter("Idempotency-Key", ParameterLocation.Header, "1 to 64 visible ASCII characters; the same one when the request is repeated.", required: true);
        if (route.Conditional)
            yield return Parameter("If-Match", ParameterLocation.Header, "The ETag that was read.", required: true);
        if (route.RawBody)
            yield return Parameter("Stripe-Signature", ParameterLocation.Header, "The provider's signature over the raw body.", required: true);
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation location, string description, bool required) =>
        new() { Name = name, In = location, Required = required, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. Switch on code.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri" },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["field"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        ["code"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        },
    };
}
