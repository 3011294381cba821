using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Manifest;

/// <summary>What happens to subscriptions: what a database receives from a publisher.</summary>
[JsonConverter(typeof(WordConverter<SubscriptionPolicy>))]
public enum SubscriptionPolicy
{
    /// <summary>They stay behind: two subscribers to one slot would lose changes.</summary>
    Skip,

    /// <summary>They are created on the target switched off: disabled, without a slot, without a password.</summary>
    Copy,
}
