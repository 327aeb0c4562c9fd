using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Feature.Tests.Driving;

/// <summary>Stands before the simulated provider and has it open pages with another price than the one that was asked for.</summary>
public class WrongPages : DispatchProxy
{
    private IPaymentGateway _inner = null!;
    private Func<Money, Money> _wrong = null!;

    public static void Stand(IServiceCollection services, Func<Money, Money> wrong)
    {
        var made = services.Last(service => service.ServiceType == typeof(IPaymentGateway));
        services.Remove(made);
        services.AddSingleton(provider =>
        {
            var stands = Create<IPaymentGateway, WrongPages>();
            ((WrongPages)(object)stands)._inner = (IPaymentGateway)(made.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, made.ImplementationType!));
            ((WrongPages)(object)stands)._wrong = wrong;
            return stands;
        });
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is [OpenSession asked, ..])
            args[0] = asked with { Price = _wrong(asked.Price) };
        return targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
