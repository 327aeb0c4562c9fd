using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using SeriesFunctions.App.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<InvocationMiddleware>();
builder.Services.AddSeriesFunctions(builder.Configuration).AddAzureTelemetry(builder.Configuration);
await builder.Build().RunAsync();
