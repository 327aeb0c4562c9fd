using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Azure.Tests.Cosmos;

/// <summary>
/// The SDK carries the service's query compiler as a native library, and uses it on Linux only where this is switched on. That is for tests: a service under load
/// gains nothing from it, since our queries go straight to their partition.
/// </summary>
internal static class QueryCompiler
{
    public static bool IsHere =>
        (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64)
        || (OperatingSystem.IsWindows() && RuntimeInformation.ProcessArchitecture == Architecture.X64);

#pragma warning disable CA2255 // The SDK reads the switch once, at its first query, whichever test that is in.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void SwitchOn() => Environment.SetEnvironmentVariable("AZURE_COSMOS_USE_QUERY_PLAN_INTEROP_LINUX", "true");
}
