using System.Reflection;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>The fields in which the objects of the model keep their state, the product's included.</summary>
internal static class StateFields
{
    /// <summary>Those of a type and of what it derives from.</summary>
    public static IEnumerable<FieldInfo> Of(Type type)
    {
        for (var each = type; each is not null && each != typeof(object); each = each.BaseType)
        {
            foreach (var field in each.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    /// <summary>Whether a type is one of objects that nobody changes, which copies share.</summary>
    public static bool IsShared(Type type) =>
        type == typeof(Scenario) || type == typeof(Retention) || type == typeof(ModelFrame) || typeof(Schedule).IsAssignableFrom(type);

    /// <summary>Whether two states can differ in a field of a type.</summary>
    public static bool IsState(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(ulong[])
        || (type.IsArray ? !type.GetElementType()!.IsValueType && type.GetElementType() != typeof(ReceiveCursor)
            : type.IsClass && !IsShared(type) && type != typeof(AppliedPositions));
}
