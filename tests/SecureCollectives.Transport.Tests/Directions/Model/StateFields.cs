using System.Reflection;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>The fields that hold the state of the model's objects, including those of the product.</summary>
internal static class StateFields
{
    /// <summary>Returns the fields of a type and its base types.</summary>
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

    /// <summary>Returns whether objects of a type are immutable, so that copies share them.</summary>
    public static bool IsShared(Type type) =>
        type == typeof(Scenario) || type == typeof(Retention) || type == typeof(ModelFrame) || typeof(Schedule).IsAssignableFrom(type);

    /// <summary>Returns whether states can differ in a field of a type.</summary>
    public static bool IsState(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(ulong[])
        || (type.IsArray ? !type.GetElementType()!.IsValueType && type.GetElementType() != typeof(ReceiveCursor)
            : type.IsClass && !IsShared(type) && type != typeof(AppliedPositions));
}
