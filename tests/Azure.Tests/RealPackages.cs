using System.Reflection;

namespace Azure.Tests;

/// <summary>Whether an adapter was compiled against its package, or with the switch for a partial feed against bare signatures, on which nothing can run.</summary>
internal static class RealPackages
{
    public static void Need(Assembly adapter) => Assert.SkipWhen(
        adapter.GetReferencedAssemblies().Any(name => name.Name == "SignatureOnly"),
        $"{adapter.GetName().Name} was compiled with PartialFeed=true: its package is not on this feed, and signatures can't run.");
}
